"""What a bench has measured, beside what was promised."""


class Report:
    def __init__(self) -> None:
        self.missed = 0

    def line(self, value: float, unit: str, what: str, most: float | None = None, least: float | None = None) -> None:
        holds = (most is None or value <= most) and (least is None or value >= least)
        promised = f"  (at most {most:g})" if most is not None else f"  (at least {least:g})" if least is not None else ""
        self.missed += not holds
        print(f"{value:9.3f} {unit:4} {what}{promised}{'' if holds else '  MISSED'}", flush=True)
