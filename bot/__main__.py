"""`python -m bot …`: what officers and trainers do from a terminal."""

import sys

from bot.cli import main

sys.exit(main())
