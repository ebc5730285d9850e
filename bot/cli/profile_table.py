"""The table of `digitbot read --profile`: a line a photo, a column a stage, in milliseconds."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from model.profiling import StageTimes

Profile = Mapping[str, float]  # milliseconds a stage, in the order in which the stages began
REST = "rest"


def profile(stages: StageTimes, seconds: float) -> Profile:
    """All stages of a reading that took ``seconds``, and the rest, so that they add up to it."""
    times = {name: round(passed * 1000, 3) for name, passed in stages.seconds.items()}
    return {**times, REST: round(max(0.0, seconds - stages.total) * 1000, 3)}


def table(profiles: Sequence[tuple[str, Profile]]) -> str:
    """One line each, and the median of each stage below where there are several."""
    names = dict.fromkeys(name for _, one in profiles for name in one if name != REST)
    stages = [*names, REST]
    lines = [(file, [one.get(stage, 0.0) for stage in stages]) for file, one in profiles]
    if len(lines) > 1:
        columns = zip(*(times for _, times in lines), strict=True)
        lines.append((f"median of {len(lines)}", [statistics.median(column) for column in columns]))
    wide = max(len("milliseconds"), *(len(name) for name, _ in lines))
    head = [f"{stage:>10s}" for stage in (*stages, "all")]
    rows = [f"{name:{wide}s}" + "".join(f"{time:10.2f}" for time in (*times, sum(times))) for name, times in lines]
    return "\n".join([f"{'milliseconds':{wide}s}{''.join(head)}", *rows])
