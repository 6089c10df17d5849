"""Imports every module of the packages in FOLDER whose names end in SUFFIX, and makes, copies, writes and reads every
model that has defaults for all of its fields: warnings are errors.

    imports.py FOLDER SUFFIX
"""

import copy
import importlib
import sys
import traceback
import warnings
from pathlib import Path
from types import ModuleType

import pydantic

folder, suffix = Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(folder))
warnings.simplefilter("error")


def modules(package: Path) -> list[str]:
    """All of a package, entry points aside: they serve."""
    paths = (path for path in sorted(package.rglob("*.py")) if path.name != "__microservice.py")
    return [".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__") for path in paths]


def use_defaults(module: ModuleType) -> None:
    """Nobody names what is deprecated who leaves it out."""
    for model in vars(module).values():
        if not (isinstance(model, type) and issubclass(model, pydantic.BaseModel)) or model.__module__ != module.__name__:
            continue
        if "__deprecated__" in vars(model) or any(field.is_required() for field in model.model_fields.values()):
            continue
        made = model()
        again = model.model_validate_json(copy.deepcopy(made).model_dump_json())
        assert again == made, f"{again!r} was read of what was written of {made!r}"


passed = failed = 0
for package in sorted(folder.glob(f"*{suffix}")):
    try:
        for module in modules(package):
            use_defaults(importlib.import_module(module))
        passed += 1
    except Exception:
        failed += 1
        print(f"{package.name}:\n{traceback.format_exc()}")
outcome = "FAILED" if failed else "ok"
print(f"test result: {outcome}. {passed} passed; {failed} failed; 0 ignored (imports of *{suffix})")
sys.exit(0 if passed and not failed else 1)
