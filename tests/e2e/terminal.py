"""A person at a terminal."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time


class TimedOut(Exception):
    """What was waited for did not come."""


class Typist:
    """Runs a command at a terminal of its own, reads the screen and types."""

    def __init__(self, command, environment, folder, patience):
        self.command = command
        self.patience = patience
        self.text = ""
        self.read_to = 0
        self.status = None
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            # The child: whatever happens here, it must not come back.
            with contextlib.suppress(OSError):
                os.chdir(folder)
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
                os.execvpe(command[0], command, environment)
            os._exit(127)
        self.modes_before = termios.tcgetattr(self.screen)

    def type(self, text):
        os.write(self.screen, text.encode())

    def answer(self, text):
        """Types as a person does, who has seen the question first."""
        # The command throws away what came before it waits: on a busy machine that may be some time after the question.
        asleep = 0
        while asleep < 4:
            asleep = asleep + 1 if self.sleeps() else 0
            time.sleep(0.05)
        self.type(text)

    def sleeps(self):
        try:
            with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as stat:
                return stat.read().rpartition(")")[2].split()[0] not in "RD"
        except OSError:
            return True

    def read(self, limit):
        """Reads what has come on the screen; false at its end."""
        if not select.select([self.screen], [], [], limit)[0]:
            return True
        try:
            data = os.read(self.screen, 65536)
        except OSError:  # How Linux reports that nobody holds the other side any more.
            return False
        # Colours are no part of the words.
        self.text += re.sub(r"\x1b\[[0-9;]*m", "", data.decode(errors="replace")).replace("\r", "")
        return bool(data)

    def wait_for(self, text):
        """Waits until a text comes on the screen after what was waited for before."""
        end = time.monotonic() + self.patience
        while (at := self.text.find(text, self.read_to)) < 0:
            if not self.read(0.1) and text not in self.text[self.read_to:]:
                raise TimedOut(f"{text!r} did not come on the screen before its end: {self.end_of_text()}")
            if time.monotonic() > end:
                raise TimedOut(f"{text!r} did not come on the screen: {self.end_of_text()}")
        self.read_to = at + len(text)

    def stays(self, seconds):
        """Watches for some time that the command does not end."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not self.read(left):
                raise TimedOut(f"it ended: {self.end_of_text()}")

    def ends(self):
        """Waits for the end, and returns the exit code."""
        end = time.monotonic() + self.patience
        while self.status is None:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                while self.read(0) and select.select([self.screen], [], [], 0)[0]:
                    pass
            elif time.monotonic() > end:
                raise TimedOut(f"it does not end: {self.end_of_text()}")
        return self.status

    def hang_up(self):
        """Closes the window, and waits for the command to notice."""
        os.close(self.screen)
        self.screen = os.open(os.devnull, os.O_RDWR)
        end = time.monotonic() + self.patience
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            if time.monotonic() > end:
                raise TimedOut("it goes on without a terminal")
            time.sleep(0.05)
        self.status = 0

    def end_of_text(self):
        """What a failure has to show."""
        return "\n".join(["", *self.text.splitlines()[-12:]])

    def modes_are_as_before(self):
        return termios.tcgetattr(self.screen) == self.modes_before

    def close(self):
        if self.status is None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        os.close(self.screen)
