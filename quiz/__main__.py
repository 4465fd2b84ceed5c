"""`python -m quiz` is `dquiz`."""

from quiz.cli import main

if __name__ == "__main__":
    main()
