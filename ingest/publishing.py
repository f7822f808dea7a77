"""A candidate becomes the live release, or the live one gives way to the one before: checked first, then one step."""

import json
from pathlib import Path

from corpus import releases, soundness
from corpus.releases import Release, ReleaseNotFound


class GateNotPassed(Exception):
    """The eval run that was required does not speak for this release; the message says why. Thai first."""


def publish_release(data_dir: Path, release_id: str = "", require: Path | None = None) -> Release:
    """Make a release live: the one named, or the candidate that waits. Checked in a process of its own before.

    `require` is the folder of an eval run that must have been made on this release and passed its gate.

    Raises:
        ReleaseNotFound: there is no such release, or no candidate.
        ReleaseUnusable: it failed its check.
        GateNotPassed: the run does not allow it.
        ReleaseLocked: another process is writing. The live release is untouched in every case.
    """
    release = named(data_dir, release_id)
    if require:
        check_gate(require, release.id)
    with releases.locked(data_dir, "publish"):
        directory = releases.releases_dir(data_dir) / release.id
        soundness.verify(directory, list(release.probes))
        releases.publish(data_dir, release.id)
    return release


def roll_back(data_dir: Path) -> tuple[str, Release]:
    """Go back to the release that was live before; the id of the one taken back, and the one that is live now.

    Raises:
        ReleaseNotFound: there is none to go back to.
        ReleaseUnusable: it failed its check; the live release stays.
        ReleaseLocked: another process is writing.
    """
    with releases.locked(data_dir, "rollback"):
        taken_back = str(releases.live_id(data_dir))
        target = releases.rollback_target(data_dir)
        soundness.verify(releases.releases_dir(data_dir) / target.id, list(target.probes))
        releases.roll_back(data_dir)
    return taken_back, target


def named(data_dir: Path, release_id: str = "") -> Release:
    """The release of an id, of "live" or "candidate"; without one, the candidate.

    Raises:
        ReleaseNotFound, ReleaseUnusable: there is none, or it is damaged.
    """
    if release_id == "live":
        return releases.live_release(data_dir)[1]
    if release_id in ("", "candidate"):
        waiting = releases.candidate(data_dir)
        if waiting is None:
            raise ReleaseNotFound(
                "ไม่มีรุ่นที่รอเผยแพร่: สร้างด้วย `python -m ingest build` หรือระบุรุ่นจาก `python -m ingest list` "
                "/ no candidate waits; make one with `python -m ingest build`, or name one of `python -m ingest list`"
            )
        return waiting
    directory = releases.releases_dir(data_dir) / release_id
    if Path(release_id).name != release_id or not directory.is_dir():
        raise ReleaseNotFound(
            f"ไม่พบรุ่น {release_id!r}: ดูรุ่นที่มีด้วย `python -m ingest list` / no such release; see `python -m ingest list`"
        )
    return releases.read_release(directory)


def check_gate(run: Path, release_id: str) -> None:
    """Make sure that an eval run was made on this release and passed its gate.

    Raises:
        GateNotPassed: if not, or if the folder holds no verdict.
    """
    try:
        said = json.loads((run / "verdict.json").read_text(encoding="utf-8"))
        tried, verdict, sentence = said["release"], said["verdict"], said["sentence"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GateNotPassed(
            f"ไม่พบผลตัดสินใน {run} ({error}) โปรดสั่ง `python -m evals run ชุด --release {release_id} --out {run}` ก่อน "
            f"/ no verdict there; run `python -m evals run SET --release {release_id} --out {run}` first"
        ) from None
    if tried != release_id:
        raise GateNotPassed(
            f"ผลประเมิน {run} เป็นของรุ่น {tried} ไม่ใช่รุ่น {release_id} ที่จะเผยแพร่ "
            f"โปรดสั่ง `python -m evals run ชุด --release {release_id}` / the run is of release {tried}, "
            f"not of {release_id}, which is to be published; run `python -m evals run SET --release {release_id}`"
        )
    if verdict != "pass":
        raise GateNotPassed(
            f"รุ่น {release_id} ไม่ผ่านเกณฑ์ จึงไม่เผยแพร่: {sentence} (ผลตัดสิน: {verdict}) "
            f"/ the gate was not passed ({verdict}); nothing was published"
        )
