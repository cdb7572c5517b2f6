"""Drives the fake Exchange with exchangelib. Reads the simulator's first line from standard input.

usage: main.py [part of a step's sentence]
"""

import json
import sys

import calendars  # noqa: F401  each registers its steps, in this order
import other_items  # noqa: F401
import server_side  # noqa: F401
from steps import run_steps
from world import World

if __name__ == "__main__":
    run_steps(World(json.loads(sys.stdin.readline())), *sys.argv[1:])
