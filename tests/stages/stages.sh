# The stages in the order in which they run. A stage prints into its log; exit status 77 means that what it needs is not
# to be had here, its last line saying what. The first ones need Rust alone, and run while the others' tools are installed.

rust_alone=(format lints docs slim unit interleavings)
stages=("${rust_alone[@]}" exports site nsqd python linters python_runtime benchmark editors property fuzz projects package licences)

not_here() { printf '%s\n' "$*"; exit 77; }

# test_workspace [--with FEATURES] ARGUMENT…: tests that need nsqd or Python, with further features of their package. The whole
# workspace is chosen each time, and the same features wherever they do, so that little is built twice.
test_workspace() {
    local features=nsqd,python
    if [ "$1" = --with ]; then features+=,$2 && shift 2; fi
    test_programs --workspace --features "almanet-tests/${features//,/,almanet-tests/}" "$@"
}

# test_programs ARGUMENT…: `cargo test`, with three programs at a time, as most of them wait most of the time.
test_programs() {
    local notes
    notes=$(mktemp -d "$logs/programs.XXXXXX")
    cargo test --config "target.'cfg(all())'.runner = ['$root/tests/stages/program', 'note', '$notes']" --no-fail-fast "$@"
    find "$notes" -type f | sort --version-sort | xargs -n 1 -P 3 "$root/tests/stages/program" run
    rm -r "$notes"
}

describe_format() { echo "cargo fmt changes nothing"; }
stage_format() { cargo fmt --all -- --check; }

describe_lints() { echo "clippy over every target, with all features, the default ones and none, warnings denied"; }
stage_lints() {
    cargo clippy --workspace --all-targets --all-features -- -D warnings
    cargo clippy --package almanet-runtime --package almanet-codegen -- -D warnings
    cargo clippy --package almanet-runtime --package almanet-codegen --no-default-features -- -D warnings
}

describe_docs() { echo "rustdoc without warnings"; }
stage_docs() { RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items; }

describe_slim() { echo "almanet-codegen in a build script needs neither clap nor tokio"; }
stage_slim() {
    local tree
    tree=$(cargo tree --package almanet-codegen --no-default-features --edges normal,build --prefix none)
    printf '%s\n' "$tree"
    printf '%s\n' "$tree" | grep -q '^askama '
    ! printf '%s\n' "$tree" | grep -E '^(clap|tokio)'
}

describe_unit() { echo "cargo test --workspace: unit, golden, compile and end-to-end tests, Rust alone"; }
stage_unit() {
    test_programs --workspace --lib --bins --tests
    cargo test --workspace --doc --no-fail-fast
}

describe_exports() { echo "exported documents under the public validators of JSON Schema, OpenAPI and AsyncAPI"; }
stage_exports() {
    [ -d "$tools/node/node_modules" ] || not_here "the validator of AsyncAPI could not be installed"
    [ -d "$tools/validators" ] || not_here "the validators of JSON Schema and OpenAPI could not be installed"
    local out=$root/target/exports format
    rm -rf "$out"
    mkdir -p "$out"
    cargo build --package almanet-codegen
    for format in schema=json-schema openapi=openapi asyncapi=asyncapi; do
        "$root/target/debug/almanet-gen" export examples/tour/schemas --format "${format#*=}" >"$out/${format%=*}.json"
    done
    PYTHONPATH=$tools/validators "$tools/bin/python" tests/stages/exports/validate.py \
        {codegen/tests/golden/*,"$out"}/{schema,openapi}.json
    NODE_PATH=$tools/node/node_modules node tests/stages/exports/validate.cjs {codegen/tests/golden/*,"$out"}/asyncapi.json
}

describe_projects() { echo "what almanet-gen init makes, and the guide in Python, run as their documents tell"; }
stage_projects() {
    local home=$root/target/python-runtime
    [ -x "$tools/bin/nsqd" ] || not_here "nsqd could not be installed"
    if [ ! -x "$home/venv/bin/python" ]; then install_package "$home"; fi
    NSQD=$tools/bin/nsqd PROJECT_PYTHON=$home/venv/bin/python PROJECT_WHEELS=$home \
        test_workspace --with projects --test projects
}

describe_site() { echo "the documents of contracts in headless Chromium: search, links, colours, a phone, without scripts, axe"; }
stage_site() {
    [ -d "$tools/node/node_modules" ] || not_here "puppeteer-core and axe-core could not be installed"
    local chromium out=$root/target/site
    chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
        not_here "there is no Chromium on this machine, and it could not be installed"
    rm -rf "$out"
    cargo build --package almanet-codegen
    "$root/target/debug/almanet-gen" docs examples/tour/schemas --out "$out/tour" --since ./examples/greeting/schemas
    "$root/target/debug/almanet-gen" docs tests/stages/browser/nasty.almanet --out "$out/nasty"
    NODE_PATH=$tools/node/node_modules node tests/stages/browser/site.cjs "$chromium" "$out/tour" "$out/nasty" "$out/screenshots"
}

describe_nsqd() { echo "against real nsqd $nsq_version"; }
stage_nsqd() {
    [ -x "$tools/bin/nsqd" ] || not_here "nsqd could not be installed"
    NSQD=$tools/bin/nsqd NSQLOOKUPD=$tools/bin/nsqlookupd \
        test_workspace --test 'nsqd_*' --test broker_differential
}

describe_python() { echo "with Python almanet $almanet_version and pydantic, over real nsqd"; }
stage_python() {
    [ -x "$tools/bin/nsqd" ] || not_here "nsqd could not be installed"
    [ -x "$tools/bin/python" ] || not_here "Python 3.12 with almanet $almanet_version could not be installed"
    NSQD=$tools/bin/nsqd NSQLOOKUPD=$tools/bin/nsqlookupd PYTHON=$tools/bin/python \
        test_workspace --test 'python_*'
}

describe_linters() { echo "golden Python imported, and under ruff $ruff_version, mypy $mypy_version and pyright $pyright_version"; }
stage_linters() {
    [ -x "$tools/bin/python" ] || not_here "Python 3.12 with almanet $almanet_version could not be installed"
    [ -x "$tools/python-linters/bin/ruff" ] || not_here "ruff and mypy could not be installed"
    [ -x "$tools/pyright/node_modules/.bin/pyright" ] || not_here "pyright could not be installed"
    tests/python/linted/run "$tools" "$root/target/linted-python"
}

describe_editors() { echo "the extension and the grammars of editors: their tests, and the extension's package"; }
stage_editors() {
    command -v npm >/dev/null || not_here "the extension of editors needs Node.js with npm"
    local log=$logs/editors-node.log folder=codegen/editors
    (cd "$folder/vscode" && npm ci --no-audit --no-fund && npm test && npm run package) >"$log" 2>&1 || {
        tail -n 60 "$log"
        printf 'test result: FAILED. 0 passed; 1 failed; 0 ignored (the extension)\n'
        return 1
    }
    awk '/^# pass/ { print "test result: ok. " $3 " passed; 0 failed; 0 ignored (the extension)" }' "$log"
    cargo test --manifest-path "$folder/tree-sitter-almanet/Cargo.toml" --target-dir target/editors --locked
}

# lint_package FOLDER PYTHON: PYTHON has what types are looked up in, and mypy.
lint_package() {
    local linters=$tools/python-linters/bin
    [ -x "$linters/ruff" ] || not_here "ruff could not be installed"
    [ -x "$tools/pyright/node_modules/.bin/pyright" ] || not_here "pyright could not be installed"
    (
        cd "$1"
        "$linters/ruff" format --check .
        "$linters/ruff" check .
        "$2" -m mypy
        "$tools/pyright/node_modules/.bin/pyright" --pythonpath "$2"
    )
}

# install_package HOME: the wheel of runtime/python, and a virtual environment with it and what its tests need.
install_package() {
    local home=$1 package=$root/runtime/python python
    python=$(find_python 3.11) || not_here "no Python 3.11 or later on this machine: install one"
    rm -rf "$home" && mkdir -p "$home"
    CARGO_TARGET_DIR=$root/target/python "$python" -m pip wheel --quiet --no-deps --wheel-dir "$home" "$package"
    "$python" -m venv "$home/venv"
    "$home/venv/bin/pip" install --quiet --requirement "$package/tests/requirements.txt" "mypy==$mypy_version" "$home"/*.whl
}

# test_beside_library: the wheel in the Python that the library `almanet` runs in, and beside it; in the stage below.
test_beside_library() {
    "$tools/bin/python" -m pip install --quiet --root-user-action ignore --target "$home/newer" \
        --requirement "$package/tests/requirements.txt" "$home"/*.whl &&
        PYTHONPATH=$home/newer "$tools/bin/python" -X faulthandler -m pytest --quiet --config-file "$package/pyproject.toml" \
            "$package"/tests/test_{calls,loops,topics,pairs,faults,handlers,shapes,values,soak}.py
}

describe_python_runtime() { echo "the Python package almanet_runtime: its wheel, its types, golden Python on it, its tests and all pairs over real nsqd"; }
stage_python_runtime() {
    [ -x "$tools/bin/nsqd" ] || not_here "nsqd could not be installed"
    local home=$root/target/python-runtime package=$root/runtime/python
    cargo fmt --check --manifest-path "$package/Cargo.toml"
    CARGO_TARGET_DIR=$root/target/python cargo clippy --locked --manifest-path "$package/Cargo.toml" -- -D warnings
    install_package "$home"
    lint_package "$package" "$home/venv/bin/python"
    "$root/tests/python/goldens" "$home/goldens"
    PYTHONDONTWRITEBYTECODE=1 "$home/venv/bin/python" "$root/tests/python/imports.py" "$home/goldens" _python
    # Away from the sources, so that what is installed is what is tested.
    export NSQD=$tools/bin/nsqd PYTHONDONTWRITEBYTECODE=1
    if [ -x "$tools/bin/python" ]; then export PYTHON=$tools/bin/python; fi
    cd "$home"
    "$home/venv/bin/python" -m mypy.stubtest almanet_runtime._native
    # They wait more than they compute, so those of both Pythons run at once.
    local status=0 tests
    "$home/venv/bin/python" -X faulthandler -m pytest --quiet --config-file "$package/pyproject.toml" "$package/tests" >tests.log 2>&1 &
    tests=$!
    if [ -x "$tools/bin/python" ]; then test_beside_library || status=1; fi
    wait "$tests" || status=1
    cat tests.log
    [ $status -eq 0 ]
    [ -x "$tools/bin/python" ] || return 0
    cd "$root"
    PROJECT_PYTHON=$home/venv/bin/python test_workspace --with package --test python_pairs --test python_conformance
}

describe_benchmark() { echo "every row of the benchmark of calls, in brief: that it runs, not how fast"; }
stage_benchmark() {
    [ -x "$tools/bin/nsqd" ] || not_here "nsqd could not be installed"
    [ -x "$tools/bin/python" ] || not_here "Python 3.12 with almanet $almanet_version could not be installed"
    cargo build --workspace --tests --bin almanet-bench
    python3 tests/bench/calls.py --brief --bench "$root/target/debug/almanet-bench" | tee "$logs/benchmark-table.log"
    ! grep '^left out' "$logs/benchmark-table.log"
    grep -q '^decode ' "$logs/benchmark-table.log"
}

describe_property() { echo "contracts drawn from seeds (${seeds[*]}), in Rust and with pydantic"; }
stage_property() {
    [ -x "$tools/bin/python" ] || not_here "Python 3.12 with almanet $almanet_version could not be installed"
    for ALMANET_PROPERTY_SEED in "${seeds[@]}"; do
        export ALMANET_PROPERTY_SEED
        printf 'contracts of ALMANET_PROPERTY_SEED=%s\n' "$ALMANET_PROPERTY_SEED"
        PYTHON=$tools/bin/python test_workspace --test drawn --test python_models --test python_drawn
    done
}

describe_fuzz() { echo "each fuzz target for $fuzz_seconds s, as many at once as there are processors"; }
stage_fuzz() {
    [ -x "$tools/bin/cargo-fuzz" ] || not_here "cargo-fuzz could not be installed"
    local target running=() status=0
    build_fuzz
    for target in $(cargo fuzz list --fuzz-dir .); do
        if [ ${#running[@]} -ge "$(nproc)" ]; then
            wait "${running[0]}" || status=1
            running=("${running[@]:1}")
        fi
        fuzz "$target" &
        running+=($!)
    done
    for target in "${running[@]}"; do wait "$target" || status=1; done
    return $status
}

prepare_fuzz() { (build_fuzz) >"$logs/prepare-fuzz.log" 2>&1; }

build_fuzz() {
    export RUSTC_BOOTSTRAP=1
    export PATH=$tools/bin:$PATH
    cd "$root/tests/fuzz"
    cargo fuzz build --fuzz-dir . --target-dir "$root/target/fuzz" --sanitizer none
}

# fuzz TARGET: one that was not executed at all has failed.
fuzz() {
    local target=$1 log=$logs/fuzz-$1.log runs
    ./seed "$target"
    cargo fuzz run --fuzz-dir . --target-dir "$root/target/fuzz" --sanitizer none "$target" -- \
        -max_total_time="$fuzz_seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1 &&
        runs=$(awk '/stat::number_of_executed_units/ { print $2 }' "$log") && [ "${runs:-0}" -gt 0 ] || {
        tail -n 40 "$log"
        printf 'test result: FAILED. 0 passed; 1 failed; 0 ignored (%s)\n' "$target"
        return 1
    }
    printf 'test result: ok. 1 passed; 0 failed; 0 ignored (%s: %s executions)\n' "$target" "$runs"
}

describe_interleavings() { echo "hand-written synchronisation under a checker of interleavings"; }
stage_interleavings() {
    RUSTFLAGS="--cfg shuttle" cargo test -p almanet-runtime --lib --target-dir target/interleavings interleavings
}

describe_package() { echo "every published crate builds from its own package"; }
stage_package() {
    local made=$root/target/packages crate crates=(almanet-nsq almanet-broker almanet-runtime almanet-codegen)
    rm -rf "$made"
    cargo package --allow-dirty --no-verify --target-dir "$made/target" "${crates[@]/#/--package=}"
    # Verified here: cargo takes a crate of an earlier run, which its home still has, for the one of the same version beside it.
    for crate in "$made"/target/package/*.crate; do tar -xzmf "$crate" -C "$made"; done
    {
        printf '[workspace]\nresolver = "3"\nmembers = ["almanet-*"]\n\n[patch.crates-io]\n'
        for crate in "${crates[@]}"; do printf '%s = { path = "%s" }\n' "$crate" "$(cd "$made" && echo "$crate"-[0-9]*)"; done
        sed -n '/^\[profile/,$p' Cargo.toml
    } >"$made/Cargo.toml"
    cp Cargo.lock "$made/"
    for crate in "${crates[@]}"; do
        cargo build --manifest-path "$made/Cargo.toml" --target-dir "$root/target" --package "$crate"
    done
}

describe_licences() { echo "cargo deny: licences, bans, sources"; }
stage_licences() {
    [ -x "$tools/bin/cargo-deny" ] || not_here "cargo-deny could not be installed"
    "$tools/bin/cargo-deny" --workspace check licenses bans sources
    "$tools/bin/cargo-deny" --manifest-path runtime/python/Cargo.toml check licenses bans sources
}
