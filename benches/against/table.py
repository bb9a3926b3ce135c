"""table.py FILE SIDE...: the table of benches/against/run.sh, as Markdown.

Each line of the file is a row's name, a side and a value, with tabs between. Ours is the first
side. What is no number is shown as it is.
"""

import statistics
import sys


def number(value):
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cell(ours, theirs):
    if not theirs:
        return "–"
    if isinstance(theirs[0], str):
        return theirs[0]
    shown = number(statistics.median(theirs))
    if theirs is ours or not ours or isinstance(ours[0], str):
        return shown
    if len(ours) == len(theirs):
        ratios = [mine / other for mine, other in zip(ours, theirs) if other]
    else:
        ratios = [statistics.median(ours) / statistics.median(theirs)]
    return f"{shown} ({statistics.median(ratios):.2f})" if ratios else shown


def value(text):
    try:
        return float(text)
    except ValueError:
        return text


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
        ours = row.get(present[0], [])
        print(f"| {name} | {' | '.join(cell(ours, row.get(side, [])) for side in present)} |")


main(*sys.argv[1:])
