"""Reads the workbooks with openpyxl, builds the problem again from the cells alone, solves it with HiGHS through scipy, and compares
the answer with what Lodestar wrote into Results, Runs and Gaps_Alerts. Shares nothing with Lodestar but the files.

A candidate is two unknowns, the whole and its mvp, of which at most one is taken.

usage: solve_again.py FOLDER SCENARIO SET
"""

import json
import pathlib
import sys

import numpy
import openpyxl
from scipy.optimize import Bounds, LinearConstraint, milp


def fail(message: str) -> None:
    sys.exit(f"FAIL {message}")


def rows(book: openpyxl.Workbook, tab: str) -> list[dict]:
    sheet = book[tab]
    header = [c.value for c in sheet[1]]
    values = [dict(zip(header, [c.value for c in r])) for r in sheet.iter_rows(min_row=2)]
    return [v for v in values if v[header[0]] not in (None, "")]


def keys(cell) -> list[str]:
    return [k.strip() for k in str(cell or "").split(",") if k.strip()]


def scope(candidate: dict) -> str:
    return str(candidate.get("scope_mode") or "full").strip().lower()


def mvp_share(candidate: dict) -> float:
    """How much of its contributions the mvp brings: as is said, else the share of its tokens."""
    if candidate.get("mvp_contribution_share") is not None:
        return float(candidate["mvp_contribution_share"])
    whole, mvp = candidate.get("engineering_tokens"), float(candidate["engineering_tokens_mvp"])
    return mvp / float(whole) if whole is not None and float(whole) > mvp else 1.0


def truth(cell) -> bool:
    return cell is True or str(cell).strip().upper() in ("TRUE", "YES", "1")


class Problem:
    def __init__(self, folder: pathlib.Path, scenario: str, constraint_set: str):
        product_ops = openpyxl.load_workbook(folder / "ProductOps.xlsx", data_only=True)
        center = openpyxl.load_workbook(folder / "Optimization Center.xlsx", data_only=True)
        backlog = rows(openpyxl.load_workbook(folder / "Central Backlog.xlsx", data_only=True), "Central Backlog")
        mine = lambda r: r["scenario_name"] == scenario and r.get("constraint_set_name", constraint_set) == constraint_set
        self.scenario = next(r for r in rows(center, "Scenario_Config") if r["scenario_name"] == scenario)
        eligible = {r["initiative_key"]: r for r in backlog
                    if r.get("is_optimization_candidate") not in (False, "FALSE")
                    and r.get("candidate_period_key") in (None, "", self.scenario["period_key"])}
        self.candidates = [{**eligible[r["initiative_key"]], **{k: v for k, v in r.items() if v is not None}}
                           for r in rows(center, "Candidates")
                           if r["initiative_key"] in eligible and self.has_sizes(r)]
        self.index = {c["initiative_key"]: i for i, c in enumerate(self.candidates)}
        self.kpis = [k for k in rows(product_ops, "Metrics_Config") if truth(k["is_active"])]
        whole = {k["kpi_key"]: numpy.zeros(len(self.candidates)) for k in self.kpis}
        for r in rows(product_ops, "KPI_Contributions"):
            if r["initiative_key"] in self.index and r["kpi_key"] in whole:
                whole[r["kpi_key"]][self.index[r["initiative_key"]]] = float(r["contribution"])
        self.rules = [r for r in rows(center, "Constraints") if mine(r)]
        self.targets = [r for r in rows(center, "Targets") if mine(r)]
        # Every vector has the wholes first, then the mvps in the same order.
        self.may = numpy.array([float(scope(c) in modes) for modes in (("full", "either"), ("mvp", "either")) for c in self.candidates])
        self.tokens = numpy.array([float(c.get(column) or 0) for column in ("engineering_tokens", "engineering_tokens_mvp")
                                   for c in self.candidates]) * self.may
        shares = numpy.array([mvp_share(c) if scope(c) != "full" else 0.0 for c in self.candidates])
        self.gain = {k: numpy.concatenate([g, g * shares]) * self.may for k, g in whole.items()}
        self.results = {r["initiative_key"]: r for r in rows(center, "Results")}
        self.run = rows(center, "Runs")[-1]
        self.gaps = rows(center, "Gaps_Alerts")

    @staticmethod
    def has_sizes(row: dict) -> bool:
        mode, whole, mvp = scope(row), row.get("engineering_tokens"), row.get("engineering_tokens_mvp")
        if mode == "full":
            return whole is not None
        return mvp is not None and (whole is not None or mode == "mvp" and row.get("mvp_contribution_share") is not None)

    def chosen(self) -> numpy.ndarray:
        """What Results says is in, in which form."""
        chosen = numpy.zeros(len(self.tokens))
        for i, c in enumerate(self.candidates):
            row = self.results[c["initiative_key"]]
            form = row.get("selected_form")
            if form not in (("full", "mvp") if truth(row["selected"]) else (None, "")):
                fail(f"{c['initiative_key']} is {row['selected']} and its selected_form is {form}")
            if form in ("full", "mvp"):
                chosen[i + (form == "mvp") * len(self.candidates)] = 1
        return chosen

    def missed_deadlines(self) -> set[str]:
        """Those that Results leaves out though their deadlines are inside the scenario's quarter."""
        year, quarter = self.scenario["period_key"].split("-Q")
        months = range(3 * int(quarter) - 2, 3 * int(quarter) + 1)
        missed = set()
        for candidate in self.candidates:
            if candidate.get("deadline_date") in (None, "") or truth(self.results[candidate["initiative_key"]]["selected"]):
                continue
            deadline = str(candidate["deadline_date"])
            if deadline[:4] == year and int(deadline[5:7]) in months:
                missed.add(candidate["initiative_key"])
        return missed

    def member(self, dimension: str, key) -> numpy.ndarray:
        column = {"program": "program_key", "market": "country"}.get(dimension, dimension)
        if dimension == "all" or str(key or "").upper() in ("", "ALL"):
            return numpy.ones(len(self.tokens))
        return numpy.array([float(str(c.get(column) or "").lower() == str(key).lower()) for c in self.candidates * 2])

    def unit(self, *pairs) -> numpy.ndarray:
        """A row about initiatives, be they whole or an mvp."""
        row = numpy.zeros(len(self.candidates))
        for key, factor in pairs:
            row[self.index[key]] += factor
        return numpy.tile(row, 2)

    def objective(self) -> numpy.ndarray:
        north = next(k["kpi_key"] for k in self.kpis if k["kpi_level"] == "north_star")
        if self.scenario["objective_mode"].startswith("north_star"):
            return self.gain[north]
        weights: dict[str, float] = {}
        for key, weight in json.loads(self.scenario["objective_weights_json"]).items():
            strategic = [k["kpi_key"] for k in self.kpis if k["kpi_level"] == "strategic"]
            meant = {"north_star": [north], "strategic_kpis": strategic}.get(key, [key])
            for kpi in meant:
                weights[kpi] = weights.get(kpi, 0) + weight / len(meant)
        # Without a target a KPI is measured by what all candidates would bring, each as much of it as it may be.
        most = numpy.concatenate([self.may[:len(self.candidates)], 1 - self.may[:len(self.candidates)]])
        total = numpy.zeros(len(self.tokens))
        for kpi, weight in weights.items():
            wanted = sum(float(t["target_value"]) for t in self.targets
                         if t["kpi_key"] == kpi and t["floor_or_goal"] in ("floor", "goal"))
            lower = next(k for k in self.kpis if k["kpi_key"] == kpi).get("direction") == "lower_is_better"
            better = -self.gain[kpi] if lower else self.gain[kpi]
            total += weight * better / (wanted if wanted > 0 else (better * most)[better > 0].sum() or 1.0)
        return total

    def constraints(self) -> list[LinearConstraint]:
        out = [LinearConstraint(self.tokens, -numpy.inf, float(self.scenario["capacity_total_tokens"]))]
        out += [LinearConstraint(self.unit((c["initiative_key"], 1)), -numpy.inf, 1) for c in self.candidates if scope(c) == "either"]
        for r in self.rules:
            kind, key = r["constraint_type"], str(r["key"] or "")
            if kind == "capacity_floor":
                out.append(LinearConstraint(self.tokens * self.member(r["dimension"], key), float(r["min_tokens"]), numpy.inf))
            elif kind == "capacity_cap":
                out.append(LinearConstraint(self.tokens * self.member(r["dimension"], key), -numpy.inf, float(r["max_tokens"])))
            elif kind == "min_selected":
                out.append(LinearConstraint(self.member(r["dimension"], key), float(r["min_count"]), numpy.inf))
            elif kind == "max_selected":
                out.append(LinearConstraint(self.member(r["dimension"], key), -numpy.inf, float(r["max_count"])))
            elif kind == "mandatory":
                out.append(LinearConstraint(self.unit((key, 1)), 1, 1))
            elif kind == "exclude":
                out.append(LinearConstraint(self.unit((key, 1)), 0, 0))
            elif kind == "exclude_pair":
                a, b = key.split("<>")
                out.append(LinearConstraint(self.unit((a.strip(), 1), (b.strip(), 1)), -numpy.inf, 1))
            elif kind == "bundle_all_or_nothing":
                members = sorted({c["initiative_key"] for c in self.candidates if c.get("bundle_key") == key.split(":")[0].strip()}
                                 | set(keys(key.partition(":")[2])))
                out += [LinearConstraint(self.unit((a, 1), (b, -1)), 0, 0) for a, b in zip(members, members[1:])]
            elif kind == "require_prereq":
                a, _, needed = key.partition("<-")
                out += [LinearConstraint(self.unit((a.strip(), 1), (b, -1)), -numpy.inf, 0) for b in keys(needed)]
            else:
                fail(f"this check does not know {kind}")
        for c in self.candidates:
            me = c["initiative_key"]
            if truth(c.get("is_mandatory")):
                out.append(LinearConstraint(self.unit((me, 1)), 1, 1))
            for other in keys(c.get("exclusion_keys")):
                if other in self.index:
                    out.append(LinearConstraint(self.unit((me, 1), (other, 1)), -numpy.inf, 1))
            for needed in keys(c.get("prerequisite_keys")):
                row = self.unit((me, 1), (needed, -1)) if needed in self.index else self.unit((me, 1))
                out.append(LinearConstraint(row, -numpy.inf, 0))
        for t in self.targets:
            room = float(t["target_value"]) - float(t.get("baseline_value") or 0)
            row = self.gain[t["kpi_key"]] * self.member("country", t["country"])
            if t["floor_or_goal"] == "floor":
                out.append(LinearConstraint(row, room, numpy.inf))
            elif t["floor_or_goal"] == "cap":
                out.append(LinearConstraint(row, -numpy.inf, room))
        return out


def close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))


def main() -> None:
    problem = Problem(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])
    objective = problem.objective()
    answer = milp(-objective, constraints=problem.constraints(), integrality=numpy.ones(len(objective)),
                  bounds=Bounds(0, problem.may),
                  options={"mip_rel_gap": 0})
    if not answer.success:
        fail(f"HiGHS: {answer.message}")
    chosen = problem.chosen()
    if (chosen > problem.may).any():
        fail("Results has an initiative in a form that its scope_mode does not allow")
    for constraint in problem.constraints():
        value = float(numpy.asarray(constraint.A).ravel() @ chosen)
        if value < constraint.lb - 1e-6 or value > constraint.ub + 1e-6:
            fail(f"the portfolio in Results breaks a rule: {constraint.lb} <= {value} <= {constraint.ub}")
    checks = [
        ("objective of Results and of HiGHS", float(objective @ chosen), -answer.fun),
        ("Runs.total_objective", float(problem.run["total_objective"]), float(objective @ chosen)),
        ("Runs.selected_count", float(problem.run["selected_count"]), float(chosen.sum())),
        ("Runs.capacity_used", float(problem.run["capacity_used"]), float(problem.tokens @ chosen)),
    ]
    told = {gap["country"].removeprefix("initiative: ") for gap in problem.gaps if gap["floor_or_goal"] == "deadline"}
    if told != problem.missed_deadlines():
        fail(f"Gaps_Alerts tells of the deadlines of {told}, and those missed are of {problem.missed_deadlines()}")
    for gap in problem.gaps:
        if gap["floor_or_goal"] == "deadline":
            continue
        target = next(t for t in problem.targets if t["kpi_key"] == gap["kpi_key"]
                      and str(t["country"] or "ALL").upper() == str(gap["country"] or "ALL").upper())
        achieved = float(target.get("baseline_value") or 0) + float(
            (problem.gain[gap["kpi_key"]] * problem.member("country", target["country"])) @ chosen)
        checks.append((f"Gaps_Alerts {gap['country']} {gap['kpi_key']}", float(gap["achieved_value"]), achieved))
    for name, ours, theirs in checks:
        if not close(ours, theirs):
            fail(f"{name}: {ours} against {theirs}")
        print(f"ok   {name}: {ours:g}")
    mvps = int((chosen * numpy.roll(problem.may, len(problem.candidates)))[len(problem.candidates):].sum())
    print(f"ok   {int(chosen.sum())} of {len(problem.candidates)} initiatives, {mvps} of them as mvp by choice, "
          f"{len(problem.rules)} rules, {len(problem.targets)} targets, {len(told)} deadlines missed")


if __name__ == "__main__":
    main()
