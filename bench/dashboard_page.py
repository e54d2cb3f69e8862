"""A dashboard and a message as pages that a browser draws: like the console, and nothing of it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

_UNIT: Final = 58
_ROW: Final = 52
_COLORS: Final = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f")
_STATES: Final = {"ALARM": "#d13212", "OK": "#1d8102", "INSUFFICIENT_DATA": "#687078"}
_STYLE: Final = """
body { margin: 0; background: #f2f3f3; font: 13px/1.5 Arial, sans-serif; color: #16191f }
.widget { position: absolute; box-sizing: border-box; background: #fff; border: 1px solid #d5dbdb; padding: 8px 12px;
  overflow: hidden }
h1 { font-size: 20px; margin: 0 0 4px } h2 { font-size: 14px; margin: 0 0 6px }
p { margin: 0 0 4px } code { background: #f2f3f3; padding: 0 3px; font-size: 12px } a { color: #0073bb }
table { border-collapse: collapse; width: 100%; font-size: 12px } td, th { text-align: left; padding: 2px 8px;
  border-bottom: 1px solid #eaeded; white-space: nowrap }
.alarm { display: inline-block; color: #fff; padding: 3px 10px; margin-right: 8px; border-radius: 2px }
"""
Points = Sequence[tuple[datetime, float]]


def dashboard(
    body: Mapping[str, Any],
    data: Sequence[Sequence[Points]],
    ends: Sequence[Mapping[str, Any]],
    states: Mapping[str, tuple[str, str]],
    times: tuple[datetime, datetime],
) -> str:
    """The page of a dashboard.

    :param data: of each widget, the points of each of its metrics.
    :param states: name and state of each alarm, by ARN.
    """
    boxes = []
    for widget, points in zip(body["widgets"], data, strict=True):
        properties = widget["properties"]
        width, height = widget["width"] * _UNIT, widget["height"] * _ROW
        match widget["type"]:
            case "text":
                inside = _markdown(properties["markdown"])
            case "alarm":
                inside = _title(properties) + "".join(_alarm(*states[arn]) for arn in properties["alarms"])
            case "log":
                inside = _title(properties) + _ends(ends)
            case _ if properties["view"] == "bar":
                inside = _title(properties) + _bars(properties, points, width - 26, height - 50)
            case _:
                inside = _title(properties) + _lines(properties, points, times, width - 26, height - 50)
        place = f"left:{widget['x'] * _UNIT}px;top:{widget['y'] * _ROW}px;width:{width - 6}px;height:{height - 6}px"
        boxes.append(f'<div class="widget" style="{place}">{inside}</div>')
    whole = max(widget["y"] + widget["height"] for widget in body["widgets"]) * _ROW
    return _page("".join(boxes) + f'<div style="height:{whole}px;width:{24 * _UNIT}px"></div>')


def message(text: str) -> str:
    """The page of the text that a topic sends by mail."""
    head = (
        '<div style="padding:12px 16px;border-bottom:1px solid #d5dbdb">Subject: <b>AWS Notification Message</b></div>'
    )
    body = f'<pre style="margin:16px;font:13px/1.6 monospace;white-space:pre-wrap">{html.escape(text)}</pre>'
    return _page(f'<div style="background:#fff;border:1px solid #d5dbdb">{head}{body}</div>')


def _page(inside: str) -> str:
    return f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style>{inside}'


def _title(properties: Mapping[str, Any]) -> str:
    return f"<h2>{html.escape(properties.get('title', ''))}</h2>"


def _alarm(name: str, state: str) -> str:
    return f'<span class="alarm" style="background:{_STATES[state]}">{html.escape(name)}: {state}</span>'


def _markdown(text: str) -> str:
    """The few forms of Markdown that a dashboard of this library has."""
    text = re.sub(r"\\(.)", r"\1", html.escape(text, quote=False))
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', text)
    if text.startswith("|"):
        head, _, *rows = text.split("\n")
        return f"<table>{_row(head, 'th')}{''.join(_row(row, 'td') for row in rows)}</table>"
    return "".join(f"<h1>{part[2:]}</h1>" if part.startswith("# ") else f"<p>{part}</p>" for part in text.split("\n\n"))


def _row(line: str, tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{cell.strip()}</{tag}>' for cell in line.strip('|').split('|'))}</tr>"


def _ends(ends: Sequence[Mapping[str, Any]]) -> str:
    names = ("@timestamp", "job_name", "outcome", "records", "error_rate", "output_uri")
    rows = [f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"]
    for end in ends:
        values = [str(end.get(name, "")) for name in names[1:]]
        when = datetime.fromtimestamp(end["@timestamp"] / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        rows.append(f"<tr>{''.join(f'<td>{html.escape(value)}</td>' for value in [when, *values])}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _labels(properties: Mapping[str, Any]) -> list[str]:
    return [html.escape(metric[-1]["label"]) for metric in properties["metrics"]]


def _bars(properties: Mapping[str, Any], series: Sequence[Points], width: int, height: int) -> str:
    most = properties["yAxis"]["left"].get("max") or 1
    labels = _labels(properties)
    step, bars = (width - 40) / max(1, len(labels)), [_axis(0, most, width, height)]
    for number, (label, points) in enumerate(zip(labels, series, strict=True)):
        value = max((value for _, value in points), default=None)
        tall = (height - 40) * (value or 0) / most
        left = 40 + step * number + step * 0.2
        bars.append(
            f'<rect x="{left:.0f}" y="{height - 30 - tall:.1f}" width="{step * 0.6:.0f}" height="{max(tall, 1):.1f}" '
            f'fill="{_COLORS[number % len(_COLORS)]}"/><text x="{left + step * 0.3:.0f}" y="{height - 14}" '
            f'text-anchor="middle" font-size="11">{label}: {"-" if value is None else f"{value:.3g}"}</text>'
        )
    return _svg(width, height, bars)


def _lines(
    properties: Mapping[str, Any],
    series: Sequence[Points],
    times: tuple[datetime, datetime],
    width: int,
    height: int,
) -> str:
    first, last = times
    highest = max((value for points in series for _, value in points), default=0)
    most = properties["yAxis"]["left"].get("max") or (highest * 1.1 or 1)
    seconds = (last - first).total_seconds() or 1

    def place(when: datetime, value: float) -> tuple[float, float]:
        across = 40 + (width - 60) * (when - first).total_seconds() / seconds
        return across, height - 30 - (height - 40) * value / most

    drawn = [_axis(0, most, width, height)]
    for line in properties.get("annotations", {}).get("horizontal", ()):
        _, y = place(first, line["value"])
        drawn.append(
            f'<line x1="40" x2="{width - 10}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d13212" stroke-dasharray="4"/>'
            f'<text x="{width - 12}" y="{y - 4:.1f}" text-anchor="end" font-size="11" fill="#d13212">'
            f"{line['label']}</text>"
        )
    left = 40
    for number, (label, points) in enumerate(zip(_labels(properties), series, strict=True)):
        color = _COLORS[number % len(_COLORS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        drawn.append(
            f'<rect x="{left}" y="{height - 14}" width="10" height="10" fill="{color}"/>'
            f'<text x="{left + 14}" y="{height - 5}" font-size="11">{label}</text>'
        )
        left += 30 + 7 * len(label)
    for share in (0, 0.5, 1):
        when = first + (last - first) * share
        x, _ = place(when, 0)
        drawn.append(f'<text x="{x:.0f}" y="{height - 18}" text-anchor="middle" font-size="10">{when:%H:%M}</text>')
    return _svg(width, height, drawn)


def _axis(least: float, most: float, width: int, height: int) -> str:
    return "".join(
        f'<line x1="40" x2="{width - 10}" y1="{y:.0f}" y2="{y:.0f}" stroke="#eaeded"/>'
        f'<text x="34" y="{y + 4:.0f}" text-anchor="end" font-size="10">{_short(value)}</text>'
        for value, y in (
            (least + (most - least) * share, height - 30 - (height - 40) * share) for share in (0, 0.25, 0.5, 0.75, 1)
        )
    )


def _short(value: float) -> str:
    return f"{value / 1000:.3g}k" if value >= 1000 else f"{value:.3g}"


def _svg(width: int, height: int, parts: Sequence[str]) -> str:
    return f'<svg width="{width}" height="{height}" font-family="Arial">{"".join(parts)}</svg>'
