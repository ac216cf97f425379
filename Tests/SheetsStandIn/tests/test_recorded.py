import os
import pathlib
import unittest

from .replay import Replay, cases
from .support import StandInTest

HERE = pathlib.Path(__file__).resolve().parent.parent
SAMPLE = HERE / "recorded" / "sample.jsonl"
# The whole recording lies beside a checkout, not in it.
WHOLE = pathlib.Path(os.environ.get("LODESTAR_RECORDED_EXCHANGES") or HERE.parents[2] / "shared/google-sheets/recorded-exchanges.jsonl")

# Cases whose answers differ from Google's, each with its reason. A case that no longer differs fails as well.
DIFFERENT = {
    "WorksheetTest.test_auto_resize_columns":
        "autoResizeDimensions measures glyphs (8691 pixels for 1,024 letters); the stand-in has no fonts and counts characters",
}
# Requests in the recording that are wrong on purpose, and are violations therefore.
WRONG_ON_PURPOSE = {"WorksheetTest.test_add_validation": 1}


class Recorded(StandInTest):
    def play(self, path: pathlib.Path) -> None:
        recorded = cases(path)
        elsewhere = len(recorded.pop("", []))
        different, unexpected = set(), []
        for case, exchanges in recorded.items():
            differences = Replay(self).play(exchanges)
            if differences:
                different.add(case)
                if case not in DIFFERENT:
                    unexpected += differences
        self.expected_violations = sum(n for case, n in WRONG_ON_PURPOSE.items() if case in recorded)
        count = sum(map(len, recorded.values()))
        print(f"{path.name}: {count} exchanges of {len(recorded)} cases, {len(different)} cases differ; {elsewhere} of other APIs left out")
        self.assertEqual(unexpected, [], "\n".join(unexpected))
        self.assertEqual({c for c in DIFFERENT if c in recorded}, different, "the table of differences is out of date")

    def test_sample(self) -> None:
        self.play(SAMPLE)

    def test_whole_recording(self) -> None:
        if not WHOLE.exists():
            self.skipTest(f"SKIPPED: {WHOLE} is not here; the sample was played")
        self.play(WHOLE)


if __name__ == "__main__":
    unittest.main()
