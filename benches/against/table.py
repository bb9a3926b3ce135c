"""table.py FILE SIDE...: a table of benches/against/run.sh, as Markdown.

Each line of the file is a row's name, a side and a value of one round, with tabs between. Ours is
the first side. A value that is no number is shown as it is. The exponent of growth is added from the
rows of 10,000 and of 100,000 plans: 1.00 means that ten times the plans take ten times as long.
"""

import math
import statistics
import sys

GROWTH = ("10,000 plans: processor, ms", "100,000 plans: processor, ms")


def number(value):
    if value >= 100 or value.is_integer():
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values, show):
    """The median, and the smallest and the largest value if they are shown differently."""
    middle, low, high = (show(of(values)) for of in (statistics.median, min, max))
    return middle, "" if low == high else f"{low}–{high}"


def cell(ours, theirs):
    if not theirs:
        return "–"
    words = [value for value in theirs if isinstance(value, str)]
    if words:
        return words[0]
    shown, around = spread(theirs, number)
    if theirs is ours:
        return f"{shown} ({around})" if around else shown
    if not ours or isinstance(ours[0], str) or not all(theirs):
        return shown
    if len(ours) == len(theirs):
        ratios = [mine / other for mine, other in zip(ours, theirs)]
    else:
        ratios = [statistics.median(ours) / statistics.median(theirs)]
    ratio, around = spread(ratios, "{:.2f}".format)
    return f"{shown} ({ratio}, {around})" if around else f"{shown} ({ratio})"


def growth(small, large):
    """The exponents of the rounds, as a cell."""
    if len(small) != len(large) or not all(isinstance(value, float) for value in small + large):
        return "–"
    exponents = [math.log10(more / less) for less, more in zip(small, large)]
    exponent, around = spread(exponents, "{:.2f}".format)
    return f"{exponent} ({around})" if around else exponent


def value(text):
    try:
        return float(text)
    except ValueError:
        return text


def table_line(name, row, sides):
    """A line of the table. A number of things is not compared."""
    ours = row.get(sides[0], []) if name != "dependencies" else []
    return f"| {name} | {' | '.join(cell(ours, row.get(side, [])) for side in sides)} |"


def main(path, *sides):
    rows = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, side, text = line.rstrip("\n").split("\t")
            rows.setdefault(name, {}).setdefault(side, []).append(value(text))
    present = [side for side in sides if any(side in row for row in rows.values())]
    print(f"\n| | {' | '.join(present)} |")
    print(f"|{'---|' * (len(present) + 1)}")
    for name, row in rows.items():
        print(table_line(name, row, present))
    if all(name in rows for name in GROWTH):
        cells = [growth(*(rows[name].get(side, []) for name in GROWTH)) for side in present]
        print(f"| growth from 10,000 to 100,000 plans, exponent | {' | '.join(cells)} |")


main(*sys.argv[1:])
