"""The command line of training, readable without TensorFlow."""

from __future__ import annotations

import argparse
from enum import StrEnum
from pathlib import Path
from textwrap import fill

from storage.samples import PERSON_SHARE, ReviewPolicy
from training.argument_types import model_name, natural, one_of, positive, share
from training.loop.plot_words import FigureWords
from training.synthesis import export_dataset

EXAMPLES = "examples:\n  "  # what the examples of a command's help begin with, each on a line of its own


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
    """``python -P -m training COMMAND ...``; the help of every command ends with examples that run."""
    top = argparse.ArgumentParser(prog="digitbot", description="Train models from scratch and on corrections.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_train(
        _command(
            commands,
            "train",
            "train a recipe",
            "Train a recipe, from scratch or from a network that it made, export it with its card and measure it on "
            "the test digits.",
            "digitbot train digits --data mnist --epochs 30 --out runs/digits",
            "digitbot train digits --from runs/digits/digits.keras --synthetic-digits --interpolation 0.65 --epochs 8 "
            "--seed 2 --out runs/second-stage",
        )
    )
    _add_compare(
        _command(
            commands,
            "compare",
            "train recipes and print one table of them",
            "Train recipes, or reuse finished runs, and report them in one table beside what their sources claim. A "
            "run in DIR is reused if it has as many batches of the same data.",
            "digitbot compare --steps 200 softmax mlp cnn",
        )
    )
    _add_finetune(
        _command(
            commands,
            "finetune",
            "train on corrections",
            "Train on all consented corrections, from the root model and with base data replayed; then the promotion "
            "gate decides whether the result may become active: it must read corrections that it was not trained on "
            "better than the active model, by more than chance explains.",
            "digitbot finetune --data mnist --seed 1 --out runs/tuned",
        )
    )
    export_dataset.add_arguments(
        _command(
            commands,
            "generate",
            "write synthetic pages with labels",
            "Write synthetic pages as pictures, with labels.csv beside them.",
            "digitbot samples generate pages --n 300 --condition hard-shadow pencil",
        )
    )
    return top


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    summary: str,
    description: str,
    *examples: str,
) -> argparse.ArgumentParser:
    """A command, called in its help as in its examples."""
    return commands.add_parser(
        name,
        prog=examples[0].partition(f"{name} ")[0] + name,
        help=summary,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=fill(description, 80),
        epilog=EXAMPLES + "\n  ".join(examples),
    )


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
    train.add_argument("--name", type=model_name, metavar="NAME", help="name of the model (default: RECIPE)")
    _add_second_stage(train)
    train.add_argument(
        "--replay-features",
        action="store_true",
        help="also write features of base digits, with which the model can be fine-tuned without MNIST",
    )
    length = train.add_mutually_exclusive_group()
    length.add_argument(
        "--epochs", type=positive, metavar="N", help="passes over the training digits (default: the recipe's)"
    )
    length.add_argument("--steps", type=positive, metavar="N", help="batches instead of whole passes")
    train.add_argument(
        "--seed", type=natural, default=1, metavar="N", help="the same seed, the same model (default: 1)"
    )
    train.add_argument(
        "--calibration-pages",
        type=natural,
        default=400,
        metavar="N",
        help="generated pages to calibrate the confidence on at the end (default: 400, some 30 s of one core; 0: "
        "none, and the model is never sure)",
    )
    train.add_argument(
        "--logdir",
        type=Path,
        metavar="DIR",
        help="write TensorBoard summaries there; to see them, run tensorboard --logdir DIR and open "
        "http://localhost:6006",
    )
    train.add_argument(
        "--json", action="store_true", help="one JSON event a line on stdout, the last one being the result"
    )


def _add_second_stage(train: argparse.ArgumentParser) -> None:
    train.add_argument(
        "--from",
        dest="start",
        type=Path,
        metavar="FILE.keras",
        help="start from this network, with a smaller learning rate and milder augmentation",
    )
    train.add_argument(
        "--interpolation",
        type=share,
        default=1.0,
        metavar="SHARE",
        help="with --from: how far the result lies from that network's weights towards the trained ones, 0 to 1 "
        "(default: 1)",
    )
    train.add_argument(
        "--synthetic-digits",
        action="store_true",
        help="train also on digits written, degraded and cut out by the page generator (made first, in minutes)",
    )


def _add_finetune(finetune: argparse.ArgumentParser) -> None:
    finetune.add_argument(
        "--data",
        metavar="SOURCE",
        help="base data to replay: mnist, npz:FILE, idx:DIR or folder:DIR (default: mnist where it can be had, "
        "else the stored features that came with the model)",
    )
    finetune.add_argument(
        "--corrections",
        type=Path,
        metavar="FILE",
        help="an .npz file (images, labels; if known uids, people, acts) instead of the database",
    )
    finetune.add_argument(
        "--review",
        type=one_of(ReviewPolicy),
        default=ReviewPolicy.ODD,
        metavar="POLICY",
        help="off: train on every label that was not rejected; odd: leave out doubtful ones until they are approved; "
        "all: train on approved ones alone (default: odd, or DIGITBOT_REVIEW)",
    )
    finetune.add_argument(
        "--person-share",
        type=share,
        default=PERSON_SHARE,
        metavar="SHARE",
        help="the most that one person's corrections take of the room for corrections, 0 to 1 (default: 0.5, or "
        "DIGITBOT_PERSON_SHARE)",
    )
    finetune.add_argument("--out", type=Path, default=Path("runs/tuned"), metavar="DIR", help="where it is written")
    finetune.add_argument("--seed", type=natural, default=1, metavar="N", help="the same seed, the same model")
    finetune.add_argument("--name", type=model_name, metavar="NAME", help="the name (default: the next of its line)")
    finetune.add_argument(
        "--max-model-bytes",
        type=positive,
        metavar="N",
        help="refuse a result whose .tflite and .keras file have more bytes together (default: no limit; "
        "/retrain passes the bot's DIGITBOT_MODEL_BYTES)",
    )
    finetune.add_argument(
        "--words",
        type=_words,
        default=FigureWords(),
        metavar="JSON",
        help="what is written in the picture of the result, by the names of training.loop.plot_words.FigureWords",
    )
    finetune.add_argument("--json", action="store_true", help="one JSON event a line on stdout, the last is the result")
    finetune.add_argument(
        "--with-parent", action="store_true", help="run at low priority, and end when standard input ends"
    )


def _words(text: str) -> FigureWords:
    try:
        return FigureWords.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _add_compare(compare: argparse.ArgumentParser) -> None:
    compare.add_argument(
        "recipes",
        nargs="*",
        metavar="RECIPE",
        type=one_of(RecipeName),
        help="some of: " + ", ".join(RecipeName) + " (default: all)",
    )
    compare.add_argument("--data", default="mnist", metavar="SOURCE", help="as for train (default: mnist)")
    compare.add_argument("--out", type=Path, default=Path("runs/compare"), metavar="DIR", help="runs, table and plot")
    compare.add_argument("--steps", type=positive, metavar="N", help="at most so many batches of each")
    compare.add_argument(
        "--seeds", type=positive, default=1, metavar="N", help="runs of each, seeds 1 to N (default: 1)"
    )
    compare.add_argument("--photos", type=Path, metavar="DIR", help="measure on these photos of single digits too")
    compare.add_argument("--json", action="store_true", help="one JSON event a line on stdout, the last is the result")
