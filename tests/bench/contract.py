#!/usr/bin/env python3
"""Writes one contract of size N twice: as .almanet files and as .proto files, a service in each file.

A service has 10 procedures, a request and a reply record of 8 mixed fields for each, a nested record, an enum of 8 and an
exception; everything has docs.
"""

import argparse
import pathlib

PROCEDURES = 10
VARIANTS = ["draft", "placed", "paid", "packed", "shipped", "delivered", "returned", "cancelled"]
# name, almanet type, proto type, docs
FIELDS = [
    ("title", "string", "string", "What people call it in the shop."),
    ("quantity", "int32", "int32", "How many of them there are."),
    ("revision", "int64", "int64", "Counts every change since it was made."),
    ("weight", "float64", "double", "In kilograms, with the packaging."),
    ("active", "bool", "bool", "Whether it may be sold at all."),
    ("labels", "list<string>", "repeated string", "Words that people search for."),
    ("stock", "map<string, int64>", "map<string, int64>", "How many lie in each warehouse."),
    ("origin", "Origin{i}?", "optional Origin{i}", "Where it came from, if that is known."),
]


def almanet(i: int) -> str:
    out = [f"//! Contract number {i} of a generated family.", f"namespace bench.part{i}", ""]

    def record(name: str, about: str) -> None:
        out.append(f"/// {about}")
        out.append(f"record {name} {{")
        for field, ty, _, docs in FIELDS:
            out.append(f"    /// {docs}")
            out.append(f"    {field}: {ty.format(i=i)}")
        out.extend(["}", ""])

    out.extend(["/// How far an order has come.", f"enum State{i} {{"])
    for variant in VARIANTS:
        out.extend([f"    /// The order is {variant}.", f"    {variant}"])
    out.extend(["}", "", "/// Where a thing came from.", f"record Origin{i} {{"])
    out.extend(["    /// The country's code.", "    country: string", "    /// The state of its order.", f"    state: State{i}"])
    out.extend(["}", "", "/// There is no such thing.", f"exception missing{i} {{"])
    out.extend(["    /// What was looked for.", "    wanted: string", "}", ""])
    for p in range(PROCEDURES):
        record(f"Request{i}x{p}", f"What procedure {p} of service {i} is asked.")
        record(f"Answer{i}x{p}", f"What procedure {p} of service {i} answers.")
    out.extend([f"/// Service number {i}.", f"service shop{i} {{"])
    for p in range(PROCEDURES):
        out.append(f"    /// Procedure {p} of service {i}: looks a thing up.")
        out.append(f"    procedure find{p}(Request{i}x{p}) -> Answer{i}x{p} raises missing{i}")
    out.extend(["}", ""])
    return "\n".join(out)


def proto(i: int) -> str:
    out = ['syntax = "proto3";', "", f"// Contract number {i} of a generated family.", f"package bench.part{i};", ""]

    def message(name: str, about: str) -> None:
        out.append(f"// {about}")
        out.append(f"message {name} {{")
        for number, (field, _, ty, docs) in enumerate(FIELDS, 1):
            out.append(f"  // {docs}")
            out.append(f"  {ty.format(i=i)} {field} = {number};")
        out.extend(["}", ""])

    out.extend(["// How far an order has come.", f"enum State{i} {{"])
    for number, variant in enumerate(VARIANTS):
        out.extend([f"  // The order is {variant}.", f"  STATE{i}_{variant.upper()} = {number};"])
    out.extend(["}", "", "// Where a thing came from.", f"message Origin{i} {{"])
    out.extend(["  // The country's code.", "  string country = 1;", "  // The state of its order.", f"  State{i} state = 2;"])
    out.extend(["}", "", "// There is no such thing.", f"message Missing{i} {{"])
    out.extend(["  // What was looked for.", "  string wanted = 1;", "}", ""])
    for p in range(PROCEDURES):
        message(f"Request{i}x{p}", f"What procedure {p} of service {i} is asked.")
        message(f"Answer{i}x{p}", f"What procedure {p} of service {i} answers.")
    out.extend([f"// Service number {i}.", f"service Shop{i} {{"])
    for p in range(PROCEDURES):
        out.append(f"  // Procedure {p} of service {i}: looks a thing up.")
        out.append(f"  rpc Find{p}(Request{i}x{p}) returns (Answer{i}x{p});")
    out.extend(["}", ""])
    return "\n".join(out)


def write(out: pathlib.Path, size: int) -> None:
    """Writes OUT/almanet/partI.almanet and OUT/proto/partI.proto."""
    for kind, text, suffix in (("almanet", almanet, "almanet"), ("proto", proto, "proto")):
        folder = out / kind
        folder.mkdir(parents=True, exist_ok=True)
        for i in range(size):
            (folder / f"part{i}.{suffix}").write_text(text(i))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--size", type=int, default=10, help="how many services (10)")
    arguments = parser.parse_args()
    write(arguments.out, arguments.size)
