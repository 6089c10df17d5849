"""Imports every module of the packages in FOLDER whose names end in SUFFIX, warnings being errors.

    imports.py FOLDER SUFFIX
"""

import importlib
import sys
import traceback
import warnings
from pathlib import Path

folder, suffix = Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(folder))
warnings.simplefilter("error")


def modules(package: Path) -> list[str]:
    """All of a package, entry points aside: they serve."""
    paths = (path for path in sorted(package.rglob("*.py")) if path.name != "__microservice.py")
    return [".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__") for path in paths]


passed = failed = 0
for package in sorted(folder.glob(f"*{suffix}")):
    try:
        for module in modules(package):
            importlib.import_module(module)
        passed += 1
    except Exception:
        failed += 1
        print(f"{package.name}:\n{traceback.format_exc()}")
outcome = "FAILED" if failed else "ok"
print(f"test result: {outcome}. {passed} passed; {failed} failed; 0 ignored (imports of *{suffix})")
sys.exit(0 if passed and not failed else 1)
