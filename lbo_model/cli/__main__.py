"""``python -m lbo_model.cli``: the command line where no script is installed."""

import sys

from lbo_model.cli import main

sys.exit(main())
