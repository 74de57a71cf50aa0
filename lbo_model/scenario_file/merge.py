"""A file laid on those it extends: later words win, ``null`` removes, every deal is completed.

Order, from the weakest to the strongest: ``every_deal`` of the base, ``every_deal`` of the file, the deal of
the base, the deal of the file. Every value keeps the place where it was written.
"""

from collections.abc import Sequence

from lbo_model.scenario import Scenario
from lbo_model.scenario.declarations import Kind, giving_way, leading_to, number_in, under
from lbo_model.scenario_file.problems import Problem, shortened
from lbo_model.scenario_file.tree import Branch, Entry, Leaf, Node, plain


def merged(files: Sequence[Branch]) -> tuple[Branch, list[Problem]]:
    """Merge trees, the first being the base of all. ``extends`` and ``every_deal`` are used up."""
    merge = _Merge()
    root, every_deal = _nothing(files[0]), _nothing(files[0])
    for file in files:
        root = merge.branches(root, file.without("extends", "every_deal", "deals"), (Scenario,), "")
        every_deal = merge.branches(
            every_deal, _branch(file, "every_deal"), leading_to("deals.*"), "every_deal"
        )
        for name in ("every_deal", "deals"):
            entry = file.entries.get(name)
            if entry and not isinstance(entry.node, Branch):
                facts = shortened({"found": plain(entry.node)})
                merge.problems.append(Problem(entry.key, name, "not_a_mapping", facts))
    deals = _deals(merge, files, every_deal)
    if any({"deals", "every_deal"} & file.entries.keys() for file in files):
        key = next(
            file.entries[name].key
            for file in files[::-1]
            for name in ("deals", "every_deal")
            if name in file.entries
        )
        root = root.holding({**root.entries, "deals": Entry(key, deals)})
    return root, merge.problems


def _deals(merge: "_Merge", files: Sequence[Branch], every_deal: Branch) -> Branch:
    """Each deal: what every deal shares, then what each file says of this one. ``null`` removes a deal."""
    layers: dict[str, list[Entry]] = {}
    for file in files:
        for name, entry in _branch(file, "deals").entries.items():
            if not _is_null(entry.node):
                layers.setdefault(name, []).append(entry)
            elif not layers.pop(name, None):
                merge.problems.append(
                    Problem(entry.node.place, f"deals.{name}", "nothing_to_remove", {"key": name})
                )
    deals = {}
    for name, entries in layers.items():
        deal: Node = every_deal
        for entry in entries:
            deal = merge.nodes(deal, entry.node, leading_to("deals.*"), f"deals.{name}")
        deals[name] = Entry(entries[-1].key, deal)
    return _branch(files[-1], "deals").holding(deals)


def with_documented_terms(tree: Branch) -> Branch:
    """The deals of a merged tree with their documented terms laid on them; terms of no deal are left out."""
    merge, deals, terms = _Merge(), _branch(tree, "deals"), _branch(tree, "documented_terms")
    for name, entry in terms.entries.items():
        if name in deals.entries:
            deal = merge.nodes(deals.get(name), entry.node, leading_to("deals.*"), f"deals.{name}")
            deals = deals.having(name, deal)
    return tree.without("documented_terms").having("deals", deals)


class _Merge:
    """Merges two trees at a time and collects what cannot be merged."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def nodes(self, base: Node | None, over: Node, kinds: tuple[Kind, ...], path: str) -> Node:
        """``over`` laid on ``base``; a number is replaced whole, since its source goes with it."""
        if not isinstance(over, Branch) or number_in(kinds):
            return over
        return self.branches(_spelled_out(base, over), over, kinds, path)

    def branches(self, base: Branch, over: Branch, kinds: tuple[Kind, ...], path: str) -> Branch:
        entries = dict(base.entries)
        for name in _other_ways(base, over, kinds):
            del entries[name]
        for name, entry in over.entries.items():
            here = f"{path}.{name}" if path else name
            if not _is_null(entry.node):
                node = self.nodes(base.get(name), entry.node, under(kinds, name), here)
                entries[name] = Entry(entry.key, node, entry.key_end)
            elif name in base.entries:
                entries.pop(name, None)
            else:
                self.problems.append(Problem(entry.node.place, here, "nothing_to_remove", {"key": name}))
        return over.holding(entries)


def _other_ways(base: Branch, over: Branch, kinds: tuple[Kind, ...]) -> list[str]:
    """Keys of the base that say in another way what ``over`` says: an amount gives way to a multiple."""
    named = {name for name, entry in over.entries.items() if not _is_null(entry.node)}
    return [name for name in giving_way(kinds, named) if name in base.entries]


def _spelled_out(base: Node | None, over: Branch) -> Branch:
    """What a mapping is laid on; ``rest`` is short for ``{rest: true}``, other words and numbers give way."""
    if isinstance(base, Branch):
        return base
    if isinstance(base, Leaf) and base.value == "rest":
        return over.holding({"rest": Entry(base.place, Leaf(base.place, True))})
    return _nothing(over)


def _branch(file: Branch, name: str) -> Branch:
    node = file.get(name)
    return node if isinstance(node, Branch) else _nothing(file)


def _nothing(at: Branch) -> Branch:
    return at.holding({})


def _is_null(node: Node) -> bool:
    return isinstance(node, Leaf) and node.value is None
