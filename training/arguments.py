"""The command line of the school, readable without TensorFlow."""

from __future__ import annotations

import argparse
from enum import StrEnum
from pathlib import Path

from training import generate


class RecipeName(StrEnum):
    """The recipes by name."""

    SOFTMAX = "softmax"
    SOFTMAX_TWICE = "softmax-twice"
    SOFTMAX_EPOCHS = "softmax-epochs"
    MLP = "mlp"
    MLP_RELU = "mlp-relu"
    CNN = "cnn"
    DIGITS = "digits"


def parser() -> argparse.ArgumentParser:
    """``python -P -m training COMMAND ...``; every command has an example."""
    top = argparse.ArgumentParser(
        prog="digitbot", description="The school: trains models from scratch and from corrections."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_train(
        commands.add_parser(
            "train",
            help="train a recipe from scratch",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            description="Train a recipe from scratch, export it with its card and measure it on the test digits.",
            epilog="example:\n  digitbot train digits --data mnist --epochs 36 --out runs/digits",
        )
    )
    _add_finetune(
        commands.add_parser(
            "finetune",
            help="learn from corrections",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            description="Learn from all consented corrections, starting from the root model and replaying base data; "
            "then let the gate say whether the result may answer. A fifth of the corrections only judges.",
            epilog="example:\n  digitbot finetune --data mnist --seed 1 --out runs/tuned",
        )
    )
    generate.add_arguments(
        commands.add_parser(
            "generate",
            help="write generated pages with labels",
            description="Write generated pages as pictures, with labels.csv beside them.",
            epilog="example: digitbot samples generate pages --n 300 --condition shadow",
        )
    )
    return top


def _add_train(train: argparse.ArgumentParser) -> None:
    train.add_argument(
        "recipe", choices=[str(name) for name in RecipeName], metavar="RECIPE", help="one of: " + ", ".join(RecipeName)
    )
    train.add_argument(
        "--data",
        default="mnist",
        metavar="SOURCE",
        help="mnist, npz:FILE, idx:DIR, folder:DIR or digits (default: mnist)",
    )
    train.add_argument("--out", type=Path, metavar="DIR", help="where the model is written (default: runs/RECIPE)")
    train.add_argument("--name", metavar="NAME", help="what the model is called (default: RECIPE)")
    train.add_argument(
        "--rehearsal", action="store_true", help="also write features of base digits, to learn on from without MNIST"
    )
    length = train.add_mutually_exclusive_group()
    length.add_argument(
        "--epochs", type=_count, metavar="N", help="passes over the training digits (default: the recipe's)"
    )
    length.add_argument("--steps", type=_count, metavar="N", help="batches instead of whole passes")
    train.add_argument(
        "--seed", type=_count_or_zero, default=1, metavar="N", help="the same seed gives the same model (default: 1)"
    )
    train.add_argument("--logdir", type=Path, metavar="DIR", help="write TensorBoard summaries there")
    train.add_argument(
        "--json", action="store_true", help="one JSON event a line on stdout, the last one being the result"
    )


def _add_finetune(finetune: argparse.ArgumentParser) -> None:
    finetune.add_argument(
        "--data",
        metavar="SOURCE",
        help="base data to replay: mnist, npz:FILE, idx:DIR or folder:DIR (default: mnist where it can be had, "
        "else the stored features that came with the model)",
    )
    finetune.add_argument(
        "--corrections", type=Path, metavar="FILE", help="an .npz file (images, labels, uids) instead of the database"
    )
    finetune.add_argument("--out", type=Path, default=Path("runs/tuned"), metavar="DIR", help="where it is written")
    finetune.add_argument("--seed", type=_count_or_zero, default=1, metavar="N", help="the same seed, the same model")
    finetune.add_argument("--name", metavar="NAME", help="what the model is called (default: the next of its line)")
    finetune.add_argument("--json", action="store_true", help="one JSON event a line on stdout, the last is the result")
    finetune.add_argument(
        "--with-parent", action="store_true", help="give way to other processes, and end when standard input ends"
    )


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _count_or_zero(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**31:
        raise argparse.ArgumentTypeError("must be 0 to 2147483647")
    return value
