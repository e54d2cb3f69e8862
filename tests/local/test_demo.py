"""What the demo shows of rows."""

from bedrock_batch_local.demo.report import shortened


def test_a_row_cannot_steer_the_terminal() -> None:
    shown = shortened("\x1b]0;PWNED\x07\x1b[2J\x9b31m\u202e\u2028== deployed" + "x" * 10_000)

    assert shown.isprintable()
    assert len(shown) < 200


def test_a_short_row_stays_as_it_is() -> None:
    assert shortened('{"recordId": "R1", "text": "\u00fc"}') == '{"recordId": "R1", "text": "\u00fc"}'
