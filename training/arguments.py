"""The command line of the school, readable without TensorFlow."""

from __future__ import annotations

import argparse
from enum import StrEnum
from pathlib import Path

from training.synthesis import export_dataset


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
            help="train a recipe",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            description="Train a recipe, from scratch or on from a network that it made, export it with its card and "
            "measure it on the test digits.",
            epilog="examples:\n  digitbot train digits --data mnist --epochs 36 --out runs/digits\n"
            "  digitbot train digits --from runs/digits/digits.keras --penned --kept 0.65 --seed 2 --out runs/penned",
        )
    )
    _add_compare(
        commands.add_parser(
            "compare",
            help="train recipes and print one table of them",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            description="Train recipes, or take the runs that are there, and put them into one table beside what their "
            "sources claim. A run that is there is one of as many batches of the same data in DIR.",
            epilog="example:\n  digitbot compare --steps 200 softmax mlp cnn",
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
    export_dataset.add_arguments(
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
    train.add_argument(
        "--from",
        dest="start",
        type=Path,
        metavar="FILE.keras",
        help="go on from this network, with a smaller rate and milder variations",
    )
    train.add_argument(
        "--kept",
        type=_share,
        default=1.0,
        metavar="SHARE",
        help="with --from: how much of the way from that network to the trained one is kept, 0 to 1 (default: 1)",
    )
    train.add_argument(
        "--penned",
        action="store_true",
        help="learn also from digits written, photographed and cut out by the generator (made first, in minutes)",
    )
    length = train.add_mutually_exclusive_group()
    length.add_argument(
        "--epochs", type=_count, metavar="N", help="passes over the training digits (default: the recipe's)"
    )
    length.add_argument("--steps", type=_count, metavar="N", help="batches instead of whole passes")
    train.add_argument(
        "--seed", type=_count_or_zero, default=1, metavar="N", help="the same seed gives the same model (default: 1)"
    )
    train.add_argument(
        "--calibration-pages",
        type=_count_or_zero,
        default=400,
        metavar="N",
        help="generated pages to calibrate the confidence on at the end (default: 400, some 30 s of one core; 0: "
        "none, and the model is never sure)",
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


def _add_compare(compare: argparse.ArgumentParser) -> None:
    names = [str(name) for name in RecipeName]
    compare.add_argument(
        "recipes", nargs="*", metavar="RECIPE", type=RecipeName, help="some of: " + ", ".join(names) + " (default: all)"
    )
    compare.add_argument("--data", default="mnist", metavar="SOURCE", help="as for train (default: mnist)")
    compare.add_argument("--out", type=Path, default=Path("runs/compare"), metavar="DIR", help="runs, table and plot")
    compare.add_argument("--steps", type=_count, metavar="N", help="at most so many batches of each")
    compare.add_argument("--seeds", type=_count, default=1, metavar="N", help="runs of each, seeds 1 to N (default: 1)")
    compare.add_argument("--photos", type=Path, metavar="DIR", help="measure on these photos of single digits too")
    compare.add_argument("--json", action="store_true", help="one JSON event a line on stdout, the last is the result")


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be 0 to 1")
    return value


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
