"""`python -m bedrock_batch`: the command line."""

import sys

from bedrock_batch.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
