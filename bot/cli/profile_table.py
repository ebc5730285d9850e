"""The table of `digitbot read --profile`: a row a photo, a column a stage of recognition, in milliseconds."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from model.profiling import StageTimes

Profile = Mapping[str, float]  # milliseconds a stage, in the order in which the stages began
REST = "rest"  # time in none of the stages
MIN_COLUMN_WIDTH = 10  # characters


def stage_profile(stages: StageTimes, seconds: float) -> Profile:
    """All stages of a reading that took ``seconds``, and the rest, so that they add up to it."""
    times = {name: round(passed * 1000, 3) for name, passed in stages.seconds.items()}
    return {**times, REST: round(max(0.0, seconds - stages.total) * 1000, 3)}


def profile_table(profiles: Sequence[tuple[str, Profile]]) -> str:
    """A row for each (file, profile), and the median of each stage below where there are several."""
    names = dict.fromkeys(name for _, profile in profiles for name in profile if name != REST)
    stages = [*names, REST]
    rows = [(file, [profile.get(stage, 0.0) for stage in stages]) for file, profile in profiles]
    if len(rows) > 1:
        columns = zip(*(times for _, times in rows), strict=True)
        rows.append((f"median of {len(rows)}", [statistics.median(column) for column in columns]))
    return _aligned(stages, rows)


def _aligned(stages: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Names to the left, numbers to the right, two spaces at least between columns; the sum of each row at its end."""
    head = (*stages, "all")
    name_width = max(len("milliseconds"), *(len(name) for name, _ in rows))
    widths = [max(MIN_COLUMN_WIDTH, len(stage) + 2) for stage in head]
    lines = [f"{'milliseconds':{name_width}s}" + "".join(map(str.rjust, head, widths))]
    for name, times in rows:
        numbers = zip((*times, sum(times)), widths, strict=True)
        lines.append(f"{name:{name_width}s}" + "".join(f"{time:{width}.2f}" for time, width in numbers))
    return "\n".join(lines)
