"""Named steps: each prints one JSON line, and a failing one does not keep the others from being tried."""

import json
import traceback

STEPS = []


def step(sentence):
    """Registers a function as a step; the sentence says what holds when it passes."""

    def register(function):
        STEPS.append((sentence, function))
        return function

    return register


def run_steps(world, only=None):
    for sentence, function in STEPS:
        if only is not None and only not in sentence:
            continue
        try:
            function(world)
        except Exception as error:  # whatever it is, it is this step's result
            why = f"{type(error).__name__}: {error}"
            where = traceback.extract_tb(error.__traceback__)
            mine = [frame for frame in where if "exchangelib_client" in frame.filename]
            tell(step=sentence, ok=False, why=f"{why[:600]} (line {mine[-1].lineno} of {function.__module__})")
        else:
            tell(step=sentence, ok=True)


def tell(**line):
    print(json.dumps(line, ensure_ascii=False), flush=True)


def same(found, wanted):
    """Two values are the same; the text of both is in the failure."""
    assert found == wanted, f"found {found!r}, wanted {wanted!r}"
