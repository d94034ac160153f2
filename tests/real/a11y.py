#!/usr/bin/python3
"""a11y.py APP tree|wait|click [NAME]

What a screen reader sees of the program APP, and does with it.

tree          prints a line per element: its role, name, text and states
wait NAME     waits until an element of that name is shown
click NAME    waits for it, and does what a click does

Fails after 20 seconds, saying what is there instead.
"""
import sys
import time

import pyatspi

LIMIT = 20
STATES = ("focusable", "focused", "checked", "checkable", "enabled", "editable", "showing", "selected", "expanded")


def programs():
    return [app for app in pyatspi.Registry.getDesktop(0) if app]


def program(part):
    for app in programs():
        if part.lower() in (app.name or "").lower() and app.childCount:
            return app
    return None


def text_of(node):
    try:
        return " text=%r" % node.queryText().getText(0, -1)
    except NotImplementedError:
        return ""


def walk(node, depth=0):
    states = [pyatspi.stateToString(state) for state in node.getState().getStates()]
    shown = ",".join(state for state in STATES if state in states)
    yield "  " * depth + f"{node.getRoleName()} {node.name!r}{text_of(node)} [{shown}]"
    for child in node:
        if child is not None:
            yield from walk(child, depth + 1)


def named(node, name):
    found = [] if node.name != name else [node]
    for child in node:
        if child is not None:
            found += named(child, name)
    # A label often has the name of what it labels: what can be clicked comes first.
    return sorted(found, key=lambda each: "Action" not in pyatspi.listInterfaces(each))


def poll(look):
    """The programs change while they are read, so an element that went away is one that was not found."""
    end = time.monotonic() + LIMIT
    while True:
        try:
            found = look()
        except Exception as gone:
            if time.monotonic() > end:
                raise gone
            found = None
        if found or time.monotonic() > end:
            return found
        time.sleep(0.05)


def main(part, verb, *names):
    app = poll(lambda: program(part))
    if not app:
        return f"{part!r} is not on the accessibility bus; there are {[each.name for each in programs()]}"
    if verb == "tree":
        print("\n".join(poll(lambda: list(walk(app)))))
        return 0
    nodes = poll(lambda: named(app, names[0]))
    if not nodes:
        return f"there is no {names[0]!r} in\n" + "\n".join(walk(app))
    if verb == "click":
        nodes[0].queryAction().doAction(0)
    return 0


sys.exit(main(*sys.argv[1:]))
