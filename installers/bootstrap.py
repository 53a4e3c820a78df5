#!/usr/bin/env python3
"""Two commands on a fresh machine: `bootstrap.py run` opens Preceptor, `bootstrap.py test` runs every test.

Standard library only. This file checks the Python that runs it, before anything of a newer Python is imported, and
hands over to setup_steps.py. Must stay readable by Python 3.6.
"""

import sys

if sys.version_info < (3, 11) or sys.version_info >= (3, 14):
    sys.stderr.write(
        "Preceptor needs Python 3.11, 3.12 or 3.13; this is %d.%d. Start it with another one, like "
        "python3.11 installers/bootstrap.py run\n" % sys.version_info[:2]
    )
    sys.exit(1)

if __name__ == "__main__":
    from setup_steps import main

    sys.exit(main(sys.argv[1:]))
