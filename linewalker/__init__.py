"""The shell: command line, configuration, the night, worker processes, the demo."""

__version__ = "0.1.0"
