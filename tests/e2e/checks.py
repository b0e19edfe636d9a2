"""What a case checks: things seen, and what a command did (Run)."""

import json
import re
import time

# The longest that a command, an issued certificate and the like may take, in seconds.
PATIENCE = 30


class Failed(Exception):
    """Something else was seen than what was asked for."""


def expect(what, seen, wanted):
    if seen != wanted:
        raise Failed(f"{what} is {seen!r}, not {wanted!r}")


def require(truth, what):
    if not truth:
        raise Failed(what)


def wait_until(what, look):
    """Looks until there is something to see, and returns it."""
    end = time.monotonic() + PATIENCE
    while True:
        seen = look()
        if seen:
            return seen
        require(time.monotonic() < end, f"{what}: not within {PATIENCE} s")
        time.sleep(0.1)


class Run:
    """What a command did. The checks return it, so that they can stand in a row."""

    def __init__(self, command, status, out, err):
        self.command, self.status, self.out, self.err = command, status, out, err

    def fail(self, what):
        raise Failed(f"{what}\n$ {' '.join(map(repr, self.command))}\nexit {self.status}\n"
                     f"stdout: {self.out}\nstderr: {self.err}")

    def exits(self, status):
        if self.status != status:
            self.fail(f"the exit code is {self.status}, not {status}")
        return self

    def prints(self, *texts):
        for text in texts:
            if text not in self.out:
                self.fail(f"standard output lacks {text!r}")
        return self

    def says(self, *texts):
        for text in texts:
            if text not in self.err:
                self.fail(f"standard error lacks {text!r}")
        return self

    def lacks(self, *texts):
        for text in texts:
            if text in self.out or text in self.err:
                self.fail(f"the output holds {text!r}")
        return self

    def is_one_error(self, status=1):
        """It failed with this exit code, one sentence, and nothing that only a programmer understands."""
        errors = [line for line in self.err.splitlines() if line.startswith("error:")]
        if len(errors) != 1:
            self.fail(f"there are {len(errors)} error lines, not one")
        if self.out:
            self.fail("a failed command has results")
        return self.exits(status).lacks("panicked", "RUST_BACKTRACE", "Caused by", "Error(", "Os {")

    def is_fit_for_a_terminal(self):
        """Nothing but printable ASCII and line ends, so that no name can move the cursor or hide a word."""
        odd = re.search(r"[^\x20-\x7e\n]", self.out + self.err)
        if odd:
            self.fail(f"the output holds {odd.group()!r}")
        return self

    def rows(self):
        """The cells of a table, a dictionary for each row."""
        titles, *lines = self.out.splitlines()
        starts = [match.start() for match in re.finditer(r"\S+", titles)]
        ends = [*starts[1:], None]
        return [{title: line[start:end].strip() for title, start, end in zip(titles.split(), starts, ends)}
                for line in lines]

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            self.fail("standard output is no JSON")
