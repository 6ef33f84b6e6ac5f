"""`python -m agent`: the same commands without an installed script."""

from agent.main import agent

if __name__ == "__main__":
    agent()
