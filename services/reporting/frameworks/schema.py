"""Writes the JSON Schema of framework files anew: `python -m services.reporting.frameworks.schema`."""

import json

from services.reporting.frameworks.files import FOLDER, json_schema

if __name__ == "__main__":
    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    (FOLDER / "framework.schema.json").write_text(text, encoding="utf-8")
