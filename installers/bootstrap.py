#!/usr/bin/env python3
"""Two commands on a fresh machine: `bootstrap.py run` opens Preceptor, `bootstrap.py test` runs every test.

Standard library only. This file looks at the Python that runs it, before anything newer is imported, and hands over to
setup_steps.py. It must stay readable by every Python from 2.7 on.
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.stderr.write(
        "Preceptor needs Python 3.11, 3.12 or 3.13, and this is %d.%d. Start the same command with one of these, "
        "such as: python3.11 installers/bootstrap.py run\n" % sys.version_info[:2]
    )
    sys.exit(1)

if __name__ == "__main__":
    from setup_steps import main

    sys.exit(main(sys.argv[1:]))
