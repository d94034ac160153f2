#!/usr/bin/python3
"""a11y.py APP tree|wait|gone|point|describe|click|focus|focused [NAME]

What a screen reader sees of the program APP, and does with it.

tree          prints a line per element: its role, name, text and states
wait NAME     waits until an element of that name is shown
gone NAME     waits until there is none
point NAME    waits until it can be used and stands still, and prints where its middle is on the screen: "X Y"
describe NAME waits for it, and prints what it says about itself beside its name
click NAME    waits for it, and does what a click does
focused NAME  waits until the keyboard is there
focus OTHER   waits until the keyboard is elsewhere than at OTHER, and prints where: "X Y NAME"

In a NAME, "*" stands for any text, and a role may stand before it: "page tab::Users".
Fails after 20 seconds, saying what is there instead.
"""
import re
import sys
import time

import pyatspi

LIMIT = 20
STATES = ("focusable", "focused", "checked", "checkable", "enabled", "editable", "showing", "selected", "expandable", "expanded", "pressed")


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


def pattern(name):
    # A "*" alone is the mark of a field that must be filled in.
    parts = [name] if name == "*" else name.split("*")
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


def named(node, name):
    role, _, only = name.rpartition("::")
    is_it = pattern(only).fullmatch(node.name or "") and role in ("", node.getRoleName())
    found = [node] if is_it else []
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


def middle(node):
    place = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    return place.x + place.width // 2, place.y + place.height // 2


def standing(app, name):
    """The middle of the first element of that name that can be used, once it is where it was before."""
    usable = [node for node in named(app, name) if node.getState().contains(pyatspi.STATE_SENSITIVE)]
    before = usable and middle(usable[0])
    time.sleep(0.05)
    return before if before and middle(usable[0]) == before else None


def focus(node):
    """What has the keyboard: the innermost, for the window around it may say so too."""
    for child in node:
        inner = child is not None and focus(child)
        if inner:
            return inner
    if not node.getState().contains(pyatspi.STATE_FOCUSED):
        return None
    x, y = middle(node)
    return f"{x} {y} {node.name}"


def main(part, verb, *names):
    app = poll(lambda: program(part))
    if not app:
        return f"{part!r} is not on the accessibility bus; there are {[each.name for each in programs()]}"
    if verb == "tree":
        print("\n".join(poll(lambda: list(walk(app)))))
        return 0
    if verb == "focus":
        print(poll(lambda: (now := focus(app)) != names[0] and now) or names[0])
        return 0
    if verb == "focused":
        is_there = poll(lambda: pattern(names[0]).fullmatch((focus(app) or "").split(" ", 2)[-1]))
        return 0 if is_there else f"the keyboard is at {focus(app)!r}"
    if verb == "gone":
        return 0 if poll(lambda: not named(app, names[0])) else f"{names[0]!r} is still there"
    if verb == "point":
        place = poll(lambda: standing(app, names[0]))
        if not place:
            return f"there is no {names[0]!r} that can be used in\n" + "\n".join(walk(app))
        print(*place)
        return 0
    nodes = poll(lambda: named(app, names[0]))
    if not nodes:
        return f"there is no {names[0]!r} in\n" + "\n".join(walk(app))
    if verb == "describe":
        print(nodes[0].description)
    if verb == "click":
        nodes[0].queryAction().doAction(0)
    return 0


sys.exit(main(*sys.argv[1:]))
