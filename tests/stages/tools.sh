# What the tests need beside Rust, installed under target/tools. Each function installs one thing unless it is there, and
# returns 1 where it cannot be had; the stages that need it then say so.

nsq_version=v1.3.0 # as tests/stages/nsq/go.mod has it
almanet_version=1.3.4
deny_version=0.20.2
fuzz_version=0.13.2
ruff_version=0.17.6
mypy_version=2.4.1
pyright_version=1.1.414

install_tools() {
    local stage
    for stage in "$@"; do
        case $stage in
            nsqd | python | benchmark) install_nsqd; install_python ;;
            projects) install_nsqd ;;
            python_runtime) install_nsqd; install_python && install_python_linters && install_pyright ;;
            property) install_python ;;
            exports) install_python; install_validators; install_node_packages ;;
            linters) install_python && install_python_linters && install_pyright ;;
            site) install_node_packages; install_chromium ;;
            licences) install_cargo_tool cargo-deny "$deny_version" ;;
            fuzz) install_cargo_tool cargo-fuzz "$fuzz_version" ;;
        esac
    done
    rm -rf "$tools/build"
}

say() { printf -- '-- %s\n' "$*"; }

# install_logged NAME COMMAND…: runs it into a log of its own and tells how it went.
install_logged() {
    local name=$1 log=$logs/install-$1.log
    shift
    if "$@" >"$log" 2>&1; then return 0; fi
    say "could not install $name: $(tail -n 1 "$log") (target/test-logs/install-$name.log)"
    return 1
}

install_nsqd() {
    if [ -x "$tools/bin/nsqd" ] && [ -x "$tools/bin/nsqlookupd" ]; then return 0; fi
    if ! command -v go >/dev/null; then
        say "nsqd needs Go: https://go.dev/doc/install"
        return 1
    fi
    say "installing nsqd and nsqlookupd $nsq_version through the Go module proxy"
    install_logged nsqd env -C "$root/tests/stages/nsq" go build -mod=readonly -o "$tools/bin/" \
        github.com/nsqio/nsq/apps/nsqd github.com/nsqio/nsq/apps/nsqlookupd
}

install_cargo_tool() {
    local name=$1 version=$2
    if [ -x "$tools/bin/$name" ]; then return 0; fi
    if command -v "$name" >/dev/null; then
        ln -sf "$(command -v "$name")" "$tools/bin/$name"
        return 0
    fi
    say "installing $name $version from crates.io (some minutes)"
    # A debug build of a tool that runs for seconds is ready in half the time.
    install_logged "$name" cargo install --quiet --debug --locked --root "$tools" --target-dir "$tools/build" "$name@$version"
}

# find_python VERSION: a Python of this machine that is as new, or newer.
find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c "import sys; sys.exit(sys.version_info < tuple(map(int, '$1'.split('.'))))" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Python 3.12 or later, from this machine or else out of Debian trixie, and the library beside it.
install_python() {
    if [ -x "$tools/bin/python" ]; then return 0; fi
    local python
    if ! python=$(find_python 3.12); then
        install_trixie || return 1
        python=$tools/trixie-python
    fi
    say "installing almanet $almanet_version from PyPI"
    install_logged almanet "$python" -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
        --upgrade --target "$tools/python-packages" "almanet==$almanet_version" || return 1
    cat >"$tools/bin/python.new" <<EOF
#!/bin/sh
export PYTHONPATH="$tools/python-packages\${PYTHONPATH:+:\$PYTHONPATH}"
exec "$python" "\$@"
EOF
    chmod +x "$tools/bin/python.new"
    "$tools/bin/python.new" -c 'import almanet, pydantic' || return 1
    mv "$tools/bin/python.new" "$tools/bin/python"
}

# What checks exported documents, beside Python and apart from its packages.
install_validators() {
    local wanted=$root/tests/stages/exports/requirements.txt
    if cmp -s "$wanted" "$tools/validators/requirements.txt"; then return 0; fi
    [ -x "$tools/bin/python" ] || return 1
    say "installing the validators of JSON Schema and OpenAPI from PyPI"
    rm -rf "$tools/validators"
    install_logged validators "$tools/bin/python" -m pip install --quiet --disable-pip-version-check \
        --root-user-action ignore --target "$tools/validators.new" --requirement "$wanted" || return 1
    cp "$wanted" "$tools/validators.new/requirements.txt"
    mv "$tools/validators.new" "$tools/validators"
}

# What stages run by Node, as tests/stages/node/package-lock.json has it.
install_node_packages() {
    local wanted=$root/tests/stages/node
    if cmp -s "$wanted/package-lock.json" "$tools/node/package-lock.json"; then return 0; fi
    if ! command -v npm >/dev/null; then
        say "the validator of AsyncAPI needs Node 20 or later: https://nodejs.org"
        return 1
    fi
    say "installing the validator of AsyncAPI and what drives a browser from npm"
    rm -rf "$tools/node" "$tools/node.new"
    mkdir -p "$tools/node.new"
    cp "$wanted/package.json" "$wanted/package-lock.json" "$tools/node.new/"
    install_logged node-packages npm ci --prefix "$tools/node.new" --ignore-scripts --no-audit --no-fund || return 1
    mv "$tools/node.new" "$tools/node"
}

# ruff and mypy from PyPI, beside the library and not among its packages.
install_python_linters() {
    local folder=$tools/python-linters
    if [ -x "$folder/bin/ruff" ] && [ -x "$folder/bin/mypy" ]; then return 0; fi
    say "installing ruff $ruff_version and mypy $mypy_version from PyPI"
    install_logged python-linters "$tools/bin/python" -m pip install --quiet --disable-pip-version-check \
        --root-user-action ignore --upgrade --target "$folder" "ruff==$ruff_version" "mypy==$mypy_version"
}

install_pyright() {
    if [ -x "$tools/pyright/node_modules/.bin/pyright" ]; then return 0; fi
    if ! command -v npm >/dev/null; then
        say "pyright needs Node with npm: https://nodejs.org"
        return 1
    fi
    say "installing pyright $pyright_version from npm"
    install_logged pyright npm install --silent --no-fund --no-audit --prefix "$tools/pyright" "pyright@$pyright_version"
}

# A browser, from this machine or else from Debian.
install_chromium() {
    if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then return 0; fi
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say "no Chromium on this machine, and installing Debian's needs root: install one"
        return 1
    fi
    say "installing Chromium"
    install_logged apt-update apt-get update -qq || return 1
    install_logged chromium env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
}

# Debian trixie's Python under target/tools, started by its own dynamic linker: no chroot at run time.
install_trixie() {
    if [ -x "$tools/trixie-python" ]; then return 0; fi
    if [ "$(id -u)" -ne 0 ]; then
        say "no Python 3.12 or later on this machine, and debootstrap needs root: install one"
        return 1
    fi
    if ! command -v debootstrap >/dev/null; then
        if ! command -v apt-get >/dev/null; then
            say "no Python 3.12 or later on this machine, and no apt-get to have debootstrap from: install one"
            return 1
        fi
        say "installing debootstrap"
        install_logged apt-update apt-get update -qq || return 1
        install_logged debootstrap apt-get install -y -qq debootstrap || return 1
    fi
    say "installing Python 3.13 of Debian trixie by debootstrap (a minute or two)"
    rm -rf "$tools/trixie"
    install_logged trixie debootstrap --variant=minbase --include=python3,python3-pip trixie "$tools/trixie" || return 1
    local trixie=$tools/trixie linker
    linker=$(find "$trixie/lib64" "$trixie/usr/lib" -name 'ld-linux-*' 2>/dev/null | head -n 1)
    local libraries
    libraries=$(dirname "$(find "$trixie/usr/lib" -name 'libc.so.6' | head -n 1)")
    cat >"$tools/trixie-python" <<EOF
#!/bin/sh
export PYTHONHOME="$trixie/usr"
exec "$linker" --library-path "$libraries" "$trixie/usr/bin/python3.13" "\$@"
EOF
    chmod +x "$tools/trixie-python"
    "$tools/trixie-python" -c 'import sys; sys.exit(sys.version_info < (3, 12))'
}
