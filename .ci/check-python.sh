#!/bin/sh
# Says whether a Python can carry Magpie, and if not, what to install.
# Usage: check-python.sh [PYTHON]
python=${1:-python3}

hints() {
    # $1, $2, $3: what to do on Debian or Ubuntu, on macOS, on Windows.
    {
        echo
        echo "  Debian, Ubuntu   $1"
        echo "  macOS            $2"
        echo "  Windows          $3"
        echo
        echo "Then give the command again, or name another Python: make setup PYTHON=python3.12"
    } >&2
}

newer() {
    for name in python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import venv, ensurepip' >/dev/null 2>&1; then
            echo "This machine has one: give the command again with PYTHON=$name" >&2
            return 0
        fi
    done
    return 1
}

install_hints() {
    hints "sudo apt install python3.11 python3.11-venv" \
        "brew install python@3.12, or the installer from python.org" \
        "wsl --install, then as for Ubuntu"
}

if ! command -v "$python" >/dev/null 2>&1; then
    echo "Magpie needs Python 3.11 or newer, and there is no $python here." >&2
    newer || install_hints
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    echo "Magpie needs Python 3.11 or newer; $python is $("$python" --version 2>&1)." >&2
    newer || install_hints
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "Python $version is here, but its venv module is not complete." >&2
    hints "sudo apt install python$version-venv" \
        "brew reinstall python@$version" \
        "wsl --install, then as for Ubuntu"
    exit 1
fi
