"""A file may break its reader process; the pool and the other files go on."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.pixels import Fit
from pipelines.analysis import Analysis
from pipelines.limits import Limits
from pipelines.pool import ReaderPool, ReaderPoolError
from pipelines.reader_process import private_bytes
from pipelines.reader_protocol import receive_reply
from pipelines.reading import read_file

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = 1500

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(2) as opened:
        yield opened


@pytest.fixture(scope="module")
def long_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document that takes a reader seconds."""
    canvas_module = pytest.importorskip("reportlab.pdfgen.canvas", reason="needs extra `sample`")
    path = tmp_path_factory.mktemp("long") / "long.pdf"
    canvas = canvas_module.Canvas(str(path))
    for page in range(PAGES):
        for line in range(50):
            canvas.drawString(60, 780 - 14 * line, f"Page {page}, line {line} of a long text.")
        canvas.showPage()
    canvas.save()
    return path


def readers_of_this_process() -> list[int]:
    shown = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, check=False
    )
    lines = shown.stdout.decode().splitlines()
    return [int(line.split()[0]) for line in lines if "pipelines.reader_child" in line]


def reader_of(path: Path) -> int:
    """The process that has a file open."""
    for pid in readers_of_this_process():
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if link.readlink() == path:
                    return pid
    raise AssertionError(f"nobody reads {path}")


def test_the_pool_reads_what_this_process_would(pool: ReaderPool, photo_file: Path) -> None:
    here, there = read_file(photo_file), pool.read(photo_file)
    assert here.units[0].picture is not None and there.units[0].picture is not None
    assert np.array_equal(there.units[0].picture.pixels, here.units[0].picture.pixels)
    assert there.units[0].picture.thumbnail == here.units[0].picture.thumbnail
    assert there.units[0].picture.fingerprints == here.units[0].picture.fingerprints


def test_many_threads_may_ask_at_once(pool: ReaderPool, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(40)]
    for number, path in enumerate(paths):
        path.write_text(f"These are the words of file {number}.")
    found: dict[int, Analysis] = {}

    def ask(number: int) -> None:
        found[number] = pool.read(paths[number])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[number].units[0].text.endswith(f"file {number}.") for number in range(40))


def test_who_waits_for_a_file_overtakes_what_was_submitted(
    long_pdf: Path, photo_file: Path
) -> None:
    with ReaderPool(1) as pool:
        started = threading.Event()
        running = pool.submit(long_pdf, on_part=lambda _: started.set())
        queued = [pool.submit(long_pdf) for _ in range(3)]
        assert started.wait(60)
        assert pool.read(photo_file).failure is None
        assert running.done()
        assert not any(future.done() for future in queued)
        for future in queued:
            future.cancel()


def test_pages_arrive_one_by_one(pool: ReaderPool, long_pdf: Path) -> None:
    pages: list[int | None] = []
    analysis = pool.read(
        long_pdf, on_part=lambda part: pages.extend(unit.page for unit in part.units)
    )
    assert analysis.pages == PAGES
    assert [unit.page for unit in analysis.units] == pages


def test_a_page_is_drawn_in_the_pool(pool: ReaderPool, long_pdf: Path) -> None:
    drawn = pool.draw_page(long_pdf, PAGES)
    assert drawn.preview is not None
    assert drawn.units == ()


def test_time_runs_out_and_the_pages_read_so_far_are_kept(long_pdf: Path, photo_file: Path) -> None:
    with ReaderPool(1, Limits(wall_s=0.5)) as pool:
        analysis = pool.read(long_pdf)
        assert analysis.failure is not None
        assert analysis.failure.code == "timed_out"
        assert analysis.pages == PAGES
        assert 0 < (analysis.units[-1].page or 0) < PAGES
        assert pool.read(photo_file).failure is None


@linux
def test_memory_runs_out_and_the_next_file_is_read(tmp_path: Path, photo_file: Path) -> None:
    path = tmp_path / "flat.png"
    Image.new("L", (10_000, 10_000)).save(path)
    limits = Limits(memory_bytes=200 * 2**20)
    with ReaderPool(1, limits) as pool:
        analysis = pool.read(path)
        assert analysis.failure is not None
        assert analysis.failure.code == "out_of_memory"
        assert pool.read(photo_file).failure is None


@linux
def test_a_crash_is_a_reason_and_its_sibling_is_unharmed(long_pdf: Path, photo_file: Path) -> None:
    with ReaderPool(2) as pool:
        pool.read(photo_file)
        started = threading.Event()
        crashing = pool.submit(long_pdf, on_part=lambda _: started.set())
        started.wait(30)
        sibling = pool.submit(photo_file)
        os.kill(reader_of(long_pdf), signal.SIGSEGV)
        failure = crashing.result().failure
        assert failure is not None
        assert failure.code == "crashed"
        assert sibling.result().failure is None
        assert pool.read(photo_file).failure is None


@linux
def test_a_reader_killed_from_outside_costs_no_file(long_pdf: Path) -> None:
    with ReaderPool(1) as pool:
        started = threading.Event()
        reading = pool.submit(long_pdf, on_part=lambda _: started.set())
        started.wait(30)
        os.kill(reader_of(long_pdf), signal.SIGKILL)
        analysis = reading.result()
        assert analysis.failure is None
        assert len(analysis.units) >= PAGES
        (idle,) = readers_of_this_process()
        os.kill(idle, signal.SIGKILL)
        time.sleep(0.1)
        assert pool.read(long_pdf).failure is None


def test_processes_are_replaced_after_some_files(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Some words.")
    with ReaderPool(1, files_per_process=2) as pool:
        seen = set()
        for _ in range(5):
            assert pool.read(path).failure is None
            seen.update(readers_of_this_process())
        assert len(seen) >= 3
    assert readers_of_this_process() == []


def test_a_fault_of_the_listener_reaches_the_caller_and_no_other_file(
    tmp_path: Path, long_pdf: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Some words.")

    def fail(_part: Analysis) -> None:
        raise ValueError("no more, thanks")

    with ReaderPool(1) as pool:
        with pytest.raises(ValueError, match="no more"):
            pool.read(long_pdf, on_part=fail)
        assert pool.read(path).units[0].text == "Some words."


def test_a_closed_pool_says_so(photo_file: Path, long_pdf: Path) -> None:
    pool = ReaderPool(1)
    started = threading.Event()
    running = pool.submit(long_pdf, on_part=lambda _: started.set())
    waiting = pool.submit(photo_file)
    started.wait(30)
    pool.close(wait=False)
    with pytest.raises(ReaderPoolError):
        running.result()
    with pytest.raises(CancelledError):
        waiting.result()
    with pytest.raises(ReaderPoolError, match="closed"):
        pool.submit(photo_file)


def test_a_script_without_a_main_guard_may_use_a_pool(tmp_path: Path, photo_file: Path) -> None:
    # What lies in the folder of the caller must not be taken for a library either.
    (tmp_path / "numpy.py").write_text("raise ImportError('not this one')")
    script = tmp_path / "scripts" / "script.py"
    script.parent.mkdir()
    script.write_text(
        "import sys\n"
        "from pipelines.pool import ReaderPool\n"
        "with ReaderPool(2) as pool:\n"
        "    print(pool.read(sys.argv[1]).width)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), str(photo_file)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.stdout, done.stderr) == ("320\n", "")


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
    ],
)
def test_a_confined_process_reaches_no_network_and_starts_no_program(attempt: str) -> None:
    program = (
        "from pipelines.confine import confine\n"
        "from pipelines.limits import Limits\n"
        "confine(Limits())\n"
        f"try:\n    {attempt}\n"
        "except PermissionError as error:\n    print('refused:', error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stdout.startswith("refused:"), done.stderr


@linux
def test_a_confined_process_gets_no_more_memory_than_its_limit() -> None:
    program = (
        "from pipelines.confine import confine\n"
        "from pipelines.limits import Limits\n"
        "confine(Limits(memory_bytes=200 * 2**20))\n"
        "bytearray(100 * 2**20)\n"
        "print('enough', flush=True)\n"
        "bytearray(300 * 2**20)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stdout == "enough\n"
    assert "MemoryError" in done.stderr


@linux
def test_the_pool_sees_the_memory_of_a_process() -> None:
    # In a process of its own: threads of other tests give memory back while this one looks.
    program = (
        "import os\n"
        "from pipelines.reader_process import private_bytes\n"
        "before = private_bytes(os.getpid())\n"
        "held = bytearray(100 * 2**20)\n"
        "print((private_bytes(os.getpid()) - before) / len(held))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert 0.9 < float(done.stdout) < 1.1
    assert private_bytes(2**30) == 0


@posix
def test_a_confined_process_writes_no_large_file(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pipelines.confine import confine\n"
        "from pipelines.limits import Limits\n"
        "confine(Limits(written_bytes=1000))\n"
        "open(sys.argv[1], 'wb').write(bytes(100_000))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert "File too large" in done.stderr


def test_a_reader_that_was_taken_over_cannot_make_the_pool_run_anything(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
            return (os.mkdir, (str(tmp_path / "owned"),))

    data = pickle.dumps(Evil())
    stream = tmp_path / "stream"
    stream.write_bytes(len(data).to_bytes(8, "little") + data)
    with stream.open("rb") as file:
        assert receive_reply(file) is None
    assert not (tmp_path / "owned").exists()


def test_pictures_come_as_the_visual_model_takes_them(tmp_path: Path) -> None:
    photo = Image.new("RGB", (600, 300), "red")
    photo.paste("blue", (0, 0, 150, 300))
    photo.save(tmp_path / "wide.png")
    with ReaderPool(1, fit=lambda: Fit(side=64, shape="crop", reducing_gap=None)) as pool:
        cropped = pool.read(tmp_path / "wide.png")
        large = pool.read(tmp_path / "wide.png", fit=Fit(side=384))
    (middle,) = [unit.picture.pixels for unit in cropped.units if unit.picture]
    (whole,) = [unit.picture.pixels for unit in large.units if unit.picture]
    assert middle is not None
    assert whole is not None
    assert middle.shape == (64, 64, 3)
    assert tuple(middle[32, 8]) == (255, 0, 0)
    assert whole.shape == (384, 384, 3)
    assert tuple(whole[200, 40]) == (0, 0, 255)
