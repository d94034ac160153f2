"""read-mail.py FILE...

Reads mails as Python's own library understands them, and prints them as one list of JSON: headers, the structure of the
parts, and what is wrong with them.
"""

import email
import email.policy
import json
import sys


def part(message):
    kind = message.get_content_type()
    if message.is_multipart():
        return {"type": kind, "parts": [part(it) for it in message.iter_parts()]}
    content = message.get_content()
    if isinstance(content, bytes):
        content = content.hex()
    return {
        "type": kind,
        "charset": message.get_content_charset(),
        "id": message["Content-ID"],
        "disposition": message.get_content_disposition(),
        "name": message.get_filename(),
        "content": content,
    }


def mail(path):
    with open(path, "rb") as file:
        raw = file.read()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    defects = [str(it) for each in message.walk() for it in each.defects]
    defects += [f"{name}: {it}" for name, value in message.items() for it in value.defects]
    return {
        "headers": [[name, str(value)] for name, value in message.items()],
        "longest": max(len(line) for line in raw.split(b"\r\n")),
        "body": part(message),
        "defects": defects,
    }


json.dump([mail(path) for path in sys.argv[1:]], sys.stdout)
