"""deploy/plans.gitlab-ci.yml: read as GitLab reads it, and its scripts run in a clone, as in a container.
What installs weekahead finds the program that is tested. GitLab itself is not run."""

import os
import subprocess
import sys

from harness import DEPLOY, check, equal, folder, left_out, missing, pages, program, run

try:
    import yaml
except ImportError:
    left_out("there is no python3-yaml, so the file for GitLab was not read")
    sys.exit(0)

KEY = "0123456789abcdef" * 2
PLANS = "- {id: sim, name: SIM, renewed: 2026-10-05, validity: 3 months}\n"
# What is no job.
GLOBAL = {"default", "variables", "workflow"}


def scripts(name, job):
    """The lines of a job, with the lists in it joined, as GitLab joins them."""
    lines = []
    for line in job["script"]:
        lines += line if isinstance(line, list) else [line]
    check(all(isinstance(line, str) for line in lines), f"{name}: {lines}")
    return lines


class Pipeline:
    def __init__(self, place, weekahead):
        self.place, self.work = place, place / "work"
        self.work.mkdir(parents=True)
        bin = self.work / ".weekahead" / "bin"
        bin.mkdir(parents=True)
        (bin / "weekahead").symlink_to(weekahead)
        self.config = yaml.safe_load((DEPLOY / "plans.gitlab-ci.yml").read_text())
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(place), "TZ": "UTC", "CI": "true",
            "GITLAB_CI": "true", "GIT_CONFIG_NOSYSTEM": "1", "CI_PROJECT_DIR": str(self.work),
            "CI_PROJECT_VISIBILITY": "private", "WEEKAHEAD_KEY": KEY,
            **self.config["variables"],
        }
        self.git("init", "--quiet", "--initial-branch=main")
        self.list(PLANS)

    def git(self, *arguments):
        run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments,
            cwd=self.work, env=self.environment)

    def list(self, text):
        (self.work / "plans.yaml").write_text(text)
        self.git("add", "plans.yaml")
        self.git("commit", "--quiet", "--message", "plans")

    def job(self, name, code=0, **variables):
        script = "\n".join(scripts(name, self.config[name]))
        # GitLab's runner stops at the first line that fails.
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        left = run(*shell, code=code, cwd=self.work, env=self.environment | variables)
        return (left.stdout + left.stderr).decode()

    def runs(self, name, **variables):
        """Whether a job runs in a pipeline, by its rules."""
        variables = {"CI_DEFAULT_BRANCH": "main", **variables}

        def holds(rule):
            left, right = rule["if"].split(" == ")
            value = lambda part: (variables.get(part[1:]) if part.startswith("$") else part.strip('"'))
            return value(left) == value(right)

        rules = self.config[name].get("rules")
        pipeline = any(holds(rule) for rule in self.config["workflow"]["rules"])
        return pipeline and (rules is None or any(holds(rule) for rule in rules))


def reads_well(config):
    for name, job in config.items():
        if name in GLOBAL or name.startswith("."):
            continue
        for line in scripts(name, job):
            # GitLab takes `a: b` without quotes as a mapping; a text is one line of a shell.
            left = run("bash", "-n", "-c", line, code=None)
            equal(left.returncode, 0, f"{name}: {line}")
    equal(config["pages"]["artifacts"]["paths"], ["public"], "what Pages publishes")


def pipelines(pipeline):
    branch = {"CI_COMMIT_BRANCH": "main"}
    for source, variables, expected in [
        ("merge_request_event", {}, ["check"]),
        ("push", branch, ["check", "pages", "served"]),
        ("schedule", branch, ["check", "due", "pages", "served"]),
        ("push", {"CI_COMMIT_BRANCH": "other"}, []),
    ]:
        variables = variables | {"CI_PIPELINE_SOURCE": source}
        ran = [name for name in ["check", "due", "pages", "served"] if pipeline.runs(name, **variables)]
        equal(ran, expected, f"the jobs of {source} {variables}")


def served(pipeline):
    """What the job says that checks what Pages serves."""
    with pages(pipeline.work / "public") as url:
        return pipeline.job("served", CI_PAGES_URL=url)


def jobs(pipeline, weekahead):
    pipeline.job("check")
    said = pipeline.job("pages")
    [token] = [path.name for path in (pipeline.work / "public").iterdir()]
    check(token not in said, "the log has the secret address")
    equal([path.name for path in (pipeline.work / "public" / token).iterdir()], ["plans.ics"], "the site")
    feed = (pipeline.work / "public" / token / "plans.ics").read_text()
    check("SUMMARY:SIM expires on 5 Jan 2027" in feed, feed)
    base = "https://kari.gitlab.io/plans"
    url = run(weekahead, "url", pipeline.work / "plans.yaml", "--base-url", base,
              env=pipeline.environment).stdout.decode()
    check(f"  calendar  {base}/{token}/plans.ics\n" in url, url)
    said = served(pipeline)
    check(token not in said, "the log of what is served has the secret address")
    check("plans.ics" in said, said)
    # What is due fails the schedule, and only that.
    for expires, code in [("9998-01-01", 0), ("2020-01-01", 4)]:
        pipeline.list(f"- {{name: A, expires: {expires}}}\n")
        said = pipeline.job("due", code)
        equal("OVERDUE" in said, code == 4, said)
        pipeline.job("pages")
    for wrong, said in [({"WEEKAHEAD_KEY": ""}, "the variable WEEKAHEAD_KEY is missing"),
                        ({"CI_PROJECT_VISIBILITY": "public"}, "this project is not private"),
                        ({"CI_PROJECT_VISIBILITY": "internal"}, "this project is not private")]:
        subprocess.run(["rm", "-rf", pipeline.work / "public"], check=True)
        check(said in pipeline.job("pages", 1, **wrong), wrong)
        check(not (pipeline.work / "public").exists(), f"{wrong}: something was published")
    pipeline.list("- {name: A, expires: 2026-02-30}\n")
    check("--> plans.yaml:1:22" in pipeline.job("check", 1), "a list with an error")
    pipeline.job("pages", 1)


if __name__ == "__main__":
    if tools := missing("bash", "git"):
        left_out(f"plans.gitlab-ci.yml was not run: {', '.join(tools)} is not there")
        sys.exit(0)
    place = folder()
    weekahead = program(place)
    pipeline = Pipeline(place / "gitlab", weekahead)
    reads_well(pipeline.config)
    pipelines(pipeline)
    jobs(pipeline, weekahead)
    print("plans.gitlab-ci.yml: its jobs run in a clone")
    print("NOT RUN: GitLab itself")
