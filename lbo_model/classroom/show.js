// A figure on the page, kept in place. Streamlit calls the default function when a figure appears and when
// its data or the theme change; nodes made the first time are kept, and only what differs is written.
//
// Every text arrives as data and is written with textContent: nothing here reads HTML. Labels inside the
// picture are escaped by their author (show.plain), since plotly reads a few tags in them.

import { colours, surfaces } from "./palette.js";

const LETTERS = 12; // px: the size of letters that figures are written for
const PROJECTOR = { letters: 24, width: 1920 };
const SMALLEST = 13; // px: on a phone
const LARGEST = 32; // px: on a wall
const PAPER = { width: 660, letters: 12 }; // a page of A4 between its margins
const IMAGE = { width: 960, letters: 16, sharpness: 2 };

const CONFIG = {
  displayModeBar: false,
  doubleClick: false,
  scrollZoom: false,
  showTips: false,
  typesetMath: false, // a dollar is a dollar
};

let loading = null;

function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("./plotly.js", import.meta.url);
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("plotly.js did not arrive"));
    document.head.append(script);
  });
  loading.catch(() => (loading = null)); // the next move tries again
  return loading;
}

// --- what a figure looks like: theme, size of letters, width -----------------------------------------------

const canvas = document.createElement("canvas").getContext("2d");

function hex(colour, otherwise) {
  canvas.fillStyle = otherwise;
  canvas.fillStyle = colour; // ignored where it is not a colour
  return canvas.fillStyle;
}

/** Relative luminance of #rrggbb, as WCAG defines it. */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// Where black and white stand out equally: the better one always reaches 4.5:1.
const isDark = (colour) => luminance(colour) < 0.179;

function screenLook(node) {
  const style = getComputedStyle(node);
  const background = hex(style.getPropertyValue("--st-background-color"), surfaces.light.background);
  const theme = isDark(background) ? "dark" : "light";
  const letters = (PROJECTOR.letters * window.innerWidth) / PROJECTOR.width;
  return {
    theme,
    background,
    text: hex(style.getPropertyValue("--st-text-color"), surfaces[theme].text),
    family: style.getPropertyValue("--st-font") || style.fontFamily,
    letters: Math.min(Math.max(letters, SMALLEST), LARGEST),
    width: node.clientWidth,
  };
}

function paperLook(node, { width, letters }) {
  return { ...screenLook(node), ...surfaces.light, theme: "light", width, letters };
}

// --- the figure in that look -------------------------------------------------------------------------------

const GROWS = {
  font: ["size"],
  marker: ["size"],
  line: ["width"],
  margin: ["l", "r", "t", "b", "pad"],
  title: ["standoff"],
  annotation: ["ax", "ay", "xshift", "yshift", "standoff", "borderpad"],
};

/** A copy with colours in place of their names, and lengths in pixels times `scale`. */
function dress(value, names, scale, kind = "") {
  if (typeof value === "string") {
    const name = /^var\(--([\w-]+)\)$/.exec(value);
    return name ? (names[name[1]] ?? value) : value;
  }
  if (Array.isArray(value)) {
    return typeof value[0] === "number" ? value : value.map((item) => dress(item, names, scale, kind));
  }
  if (value === null || typeof value !== "object") return value;
  const copy = {};
  for (const [key, item] of Object.entries(value)) {
    const grows = typeof item === "number" && GROWS[kind]?.includes(key);
    const inside = /font$/.test(key) ? "font" : key === "annotations" ? "annotation" : key;
    copy[key] = grows ? item * scale : dress(item, names, scale, inside);
  }
  return copy;
}

/** Text inside bars in black or white, whichever stands out: plotly's own choice may fall to 3:1. On a hatch,
 *  where both stand out badly, and in a trace whose uid is "rimmed", in the page's colour with a rim. */
function inked(trace, look) {
  const rim = Array(5).fill(`0 0 4px ${look.background}`).join(", ");
  if (trace.uid === "rimmed") return { ...trace, textfont: { shadow: rim, ...trace.textfont } };
  if (trace.type !== "bar" || !trace.marker?.color) return trace;
  const { color, pattern } = trace.marker;
  const forBar = (bar) => {
    const shape = Array.isArray(pattern?.shape) ? pattern.shape[bar] : pattern?.shape;
    if (shape) return [look.text, rim];
    const fill = hex(Array.isArray(color) ? color[bar] : color, "#000000");
    return [isDark(fill) ? "#ffffff" : "#000000", "none"];
  };
  const inks = (trace.y ?? trace.x).map((_, bar) => forBar(bar));
  const font = { color: inks.map(([ink]) => ink), shadow: inks.map(([, shadow]) => shadow) };
  return { ...trace, insidetextfont: { ...font, ...trace.insidetextfont } };
}

/** What every figure has in common; whatever a figure says itself wins. */
function template(look, size) {
  const grid = `${look.text}26`; // the text's colour, nearly transparent
  const axis = {
    automargin: true,
    fixedrange: true, // a finger on a figure scrolls the page
    gridcolor: grid,
    linecolor: `${look.text}80`,
    ticklabelstandoff: size / 3,
    zerolinecolor: look.text,
    zerolinewidth: 1,
    title: { standoff: size },
  };
  return {
    layout: {
      autosize: false,
      dragmode: false,
      font: { color: look.text, family: look.family, size },
      paper_bgcolor: look.background,
      plot_bgcolor: look.background,
      hoverlabel: { bgcolor: look.background, bordercolor: look.text, font: { color: look.text, size } },
      legend: {
        orientation: "h",
        x: 0,
        xanchor: "left",
        y: 1,
        yanchor: "bottom",
        itemclick: false,
        itemdoubleclick: false,
      },
      margin: { l: size, r: size, t: size, b: size },
      xaxis: axis,
      yaxis: axis,
    },
    // Plotly shrinks and turns the text of bars that are too small for it: nobody at the back could read it.
    data: { bar: [{ cliponaxis: false, constraintext: "none", textangle: 0 }] },
  };
}

function drawing(figure, look) {
  const scale = look.letters / LETTERS;
  const names = { ...colours[look.theme], text: look.text, background: look.background };
  const { data, layout } = dress(figure, names, scale);
  const height = Math.round(figure.layout.height * scale);
  return {
    data: data.map((trace) => inked(trace, look)),
    layout: { template: template(look, look.letters), ...layout, width: look.width, height },
  };
}

/** The title as plotly writes it: cut into lines, and none of it read as a command. */
function titleLines(text, width, size) {
  const most = Math.floor(width / (0.55 * size));
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    if (lines.at(-1) && lines.at(-1).length + word.length >= most) lines.push("");
    lines.push(`${lines.pop()} ${word}`.trim());
  }
  const escaped = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
  return lines.map((line) => line.replace(/[&<>]/g, (sign) => escaped[sign]));
}

// --- nodes -------------------------------------------------------------------------------------------------

function make(tag, className, parent) {
  const node = document.createElement(tag);
  node.className = className;
  parent?.append(node);
  return node;
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** A sentence in its node. */
function said(node, [code, text, warns]) {
  setAttribute(node, "data-code", code);
  node.classList.toggle("show-warning", warns);
  write(node, text);
}

/** As many children of that kind as needed, the present ones kept. */
function children(parent, tag, count) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(document.createElement(tag));
  return [...parent.children];
}

class View {
  constructor(parent) {
    this.root = make("figure", "show", parent);
    this.title = make("figcaption", "show-title", this.root);
    this.failure = make("p", "show-failure", this.root);
    this.alternative = make("p", "show-alternative", this.root);
    this.plot = make("div", "show-plot", this.root);
    this.plot.setAttribute("role", "img");
    this.sentences = make("div", "show-sentences", this.root);
    this.sentences.setAttribute("aria-live", "polite");
    this.more = make("details", "show-more", this.root);
    this.moreSummary = make("summary", "", this.more);
    this.moreSentences = make("div", "show-sentences", this.more);
    this.tools = make("div", "show-tools", this.root);
    this.save = make("button", "show-save", this.tools);
    this.save.type = "button";
    this.details = make("details", "show-details", this.tools);
    this.summary = make("summary", "", this.details);
    this.scroll = make("div", "show-scroll", this.details);
    this.scroll.tabIndex = 0; // a wide table scrolls inside, with the arrow keys too
    this.scroll.setAttribute("role", "group");
    this.table = make("table", "", this.scroll);
    this.caption = make("caption", "", this.table);
    this.head = make("tr", "", make("thead", "", this.table));
    this.body = make("tbody", "", this.table);

    this.failed(false);
    this.save.addEventListener("click", () => this.saveImage());
    this.onSize = new ResizeObserver(() => this.fit());
    this.onSize.observe(this.plot);
    this.onPrint = () => this.draw(paperLook(this.plot, PAPER));
    this.onPrinted = () => this.draw();
    window.addEventListener("beforeprint", this.onPrint);
    window.addEventListener("afterprint", this.onPrinted);
  }

  update(data) {
    this.data = data;
    // Measured once, before anything is written: writing first would cost a layout. The first time the figure
    // has no place on the page yet, and is measured when it is drawn.
    const look = screenLook(this.plot);
    const known = Boolean(this.library && look.width);
    write(this.title, data.title);
    this.title.hidden = !data.title;
    write(this.failure, data.labels.failure);
    write(this.alternative, data.alternative);
    setAttribute(this.plot, "aria-label", data.alternative);
    write(this.save, data.labels.save);
    const { save } = data.labels; // what it saves, for those who do not see what it stands under
    setAttribute(this.save, "aria-label", data.title ? `${save} – ${data.title}` : save);
    const { sentences, more } = data;
    children(this.sentences, "p", sentences.length).forEach((node, index) => said(node, sentences[index]));
    this.more.hidden = !more.length;
    write(this.moreSummary, data.labels.more);
    children(this.moreSentences, "p", more.length).forEach((node, index) => said(node, more[index]));
    this.updateTable(data.table, data.labels.table);
    this.reserve(look);
    const drawn = plotly().then((library) => {
      this.library = library;
      this.failed(false);
      this.draw(known ? look : undefined);
    });
    return drawn.catch((error) => this.failed(true, error));
  }

  updateTable(table, label) {
    this.tools.hidden = !table; // before the answer there is nothing to read or to save
    if (!table) return;
    write(this.summary, label);
    write(this.caption, table.caption);
    setAttribute(this.scroll, "aria-label", table.caption);
    children(this.head, "th", table.columns.length).forEach((node, index) => {
      setAttribute(node, "scope", "col");
      write(node, table.columns[index]);
    });
    children(this.body, "tr", table.rows.length).forEach((row, index) => {
      const cells = table.rows[index];
      if (!row.firstElementChild) make("th", "", row).scope = "row";
      children(row, "td", cells.length).forEach((node, column) => write(node, cells[column]));
    });
  }

  reserve(look) {
    const height = `${Math.round((this.data.figure.layout.height * look.letters) / LETTERS)}px`;
    if (this.plot.style.height !== height) this.plot.style.height = height;
  }

  draw(look = screenLook(this.plot)) {
    if (!this.library || !look.width) return; // hidden: drawn when it gets a width
    this.drawn = look;
    const picture = JSON.stringify([this.data.figure, look]);
    if (picture === this.picture) return; // the next beat shows the same
    this.reserve(look);
    const { data, layout } = drawing(this.data.figure, look);
    this.library.react(this.plot, data, layout, CONFIG);
    this.picture = picture;
  }

  /** Draw again only where the width or the size of letters is no longer the one drawn for. */
  fit() {
    if (window.matchMedia("print").matches) return; // drawn for paper, see onPrint
    const look = screenLook(this.plot);
    if (look.width !== this.drawn?.width || look.letters !== this.drawn.letters) this.draw(look);
  }

  failed(yes, error) {
    if (yes) console.error(error);
    this.failure.hidden = this.alternative.hidden = !yes;
    this.plot.hidden = this.save.hidden = yes;
    if (yes) this.details.open = true;
  }

  /** The image is for paper and slides: light, with its title, of one size whatever the screen. */
  saveImage() {
    if (!this.library) return;
    const look = paperLook(this.plot, IMAGE);
    const { data, layout } = drawing(this.data.figure, look);
    if (this.data.title) {
      const size = 1.25 * look.letters;
      const lines = titleLines(this.data.title, look.width, size);
      const room = 1.3 * size * (lines.length + 0.5);
      const margin = { ...layout.template.layout.margin, ...layout.margin };
      const place = { x: 0, xanchor: "left", y: 1, yanchor: "top", pad: { l: size / 2, t: 1.1 * size } };
      const inside = { xref: "container", yref: "container" };
      layout.title = { text: lines.join("<br>"), font: { size }, ...inside, ...place };
      layout.margin = { ...margin, t: margin.t + room };
      layout.height += room;
    }
    const { width, height } = layout;
    const image = { format: "png", filename: this.data.fileName, width, height, scale: IMAGE.sharpness };
    this.library.downloadImage({ data, layout, config: CONFIG }, image);
  }

  close() {
    this.onSize.disconnect();
    window.removeEventListener("beforeprint", this.onPrint);
    window.removeEventListener("afterprint", this.onPrinted);
    this.library?.purge(this.plot);
    this.root.remove();
  }
}

// A presenter's remote sends Page Up and Page Down, wherever the focus is: on a slider they would move it. Only
// a text of several lines keeps them for itself.
window.addEventListener(
  "keydown",
  (event) => {
    const step = { PageUp: "previous", PageDown: "next" }[event.key];
    const button = step && document.querySelector(`[class*="st-key-page-${step}"] button:enabled`);
    const modified = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!button || modified || event.target.closest?.("textarea, [role=listbox], [role=dialog]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.activeElement?.blur?.(); // what is being typed is kept first
    button.click();
  },
  true,
);

// Called at the end of this file, where it is served, with the names of Streamlit's files for our widgets.
function fetchEarly(names) {
  const fetchAll = () => names.forEach((name) => import(new URL(`static/js/${name}`, document.baseURI)).catch(() => {}));
  (window.requestIdleCallback ?? setTimeout)(fetchAll);
}

const views = new WeakMap();

export default function ({ data, parentElement }) {
  if (!views.has(parentElement)) views.set(parentElement, new View(parentElement));
  views.get(parentElement).update(data);
  return () => {
    views.get(parentElement)?.close();
    views.delete(parentElement);
  };
}
