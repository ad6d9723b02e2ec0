"""`python -m pipelinegen` is the command `pipelinegen`."""

from pipelinegen.cli import main

if __name__ == "__main__":
    main()
