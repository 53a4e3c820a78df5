"""croissant.json: the export described for machines, by template (Croissant 1.1 with the RAI 1.0 vocabulary).

https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html and croissant-rai-spec.html. What the records do not
tell is not claimed.
"""

from __future__ import annotations

from typing import Any

from feedback_store.datasets.facts import DataFile, Facts
from feedback_store.datasets.manifest import as_json

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(facts: Facts) -> bytes:
    """The description as UTF-8 JSON-LD."""
    return as_json(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
            "name": facts.name,
            "description": f"{facts.format.title}: {facts.format.explain}",
            "license": facts.licence or "unknown",
            "version": "1.0.0",
            "datePublished": facts.latest[:10],
            **({"inLanguage": list(facts.languages)} if facts.languages else {}),
            "keywords": list(facts.format.tags),
            **_responsible(facts),
            "distribution": [_file(file) for file in facts.data],
            "recordSet": [_records(file, facts) for file in facts.data],
        }
    )


def _responsible(facts: Facts) -> dict[str, Any]:
    rubrics = ", ".join(f"{name} version {version} (SHA-256 {digest})" for name, version, digest in facts.rubrics)
    left_out = ", ".join(f"{reason}: {count}" for reason, count in facts.left_out.items()) or "nothing"
    models = ", ".join(model.name for model in facts.models) or "none named"
    return {
        "rai:dataCollection": "Prompts were written or imported by the trainers; answers came from the models named "
        f"here ({models}), or were written by hand.",
        "rai:dataCollectionType": ["Direct measurement", "Manual human curation"],
        "rai:dataAnnotationProtocol": f"Each comparison was judged by one person at a time, by the rubric: {rubrics}.",
        "rai:dataAnnotationPlatform": ["Preceptor"],
        "rai:annotationsPerItem": f"{facts.used} judgements by {facts.trainers} trainers gave {facts.rows} rows.",
        "rai:dataPreprocessingProtocol": [f"Left out, by reason: {left_out}."],
        "rai:dataBiases": ["Who the trainers are was not recorded; their number is given above."],
        "rai:personalSensitiveInformation": ["The texts were not searched for personal data by this export."],
        "rai:dataUseCases": [f"{facts.format.title} of language models."],
        "rai:dataLimitations": [facts.terms] if facts.terms else ["No terms were given by the project."],
    }


def _file(file: DataFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.size} B",
        "encodingFormat": "application/jsonlines",
        "sha256": file.sha256,
    }


def _records(file: DataFile, facts: Facts) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": file.split,
        "name": file.split,
        "description": f"The rows of the split {file.split}.",
        "field": [_field(name, text, facts, file) for name, text in facts.columns.items()],
    }


def _field(name: str, text: str, facts: Facts, file: DataFile) -> dict[str, Any]:
    """A column; lists of messages are repeated fields with a subfield for each key of a message."""
    keys = facts.keys.get(name, ())
    named = f"{file.split}/{name}"
    field = {"@type": "cr:Field", "@id": named, "name": named, "description": text}
    if not keys:
        return field | {"dataType": "sc:Boolean" if name == "label" else "sc:Text", "source": _source(file, name)}
    return field | {
        "repeated": True,
        "subField": [
            {
                "@type": "cr:Field",
                "@id": f"{named}/{key}",
                "name": f"{named}/{key}",
                "dataType": "sc:Text",
                "source": _source(file, name) | {"transform": {"jsonPath": key}},
            }
            for key in keys
        ],
    }


def _source(file: DataFile, column: str) -> dict[str, Any]:
    return {"fileObject": {"@id": file.path}, "extract": {"column": column}}
