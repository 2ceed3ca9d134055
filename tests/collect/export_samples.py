"""A small export of every format, in the shape that its maker gives it and in words that nobody said."""

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.collect.chatgpt_sample import CHATGPT as CHATGPT

CLAUDE: Any = {
    "uuid": "u-1", "name": "Boats", "created_at": "2026-01-02T03:04:05.678Z", "account": {"uuid": "zebra"},
    "chat_messages": [
        {
            "uuid": "m1", "text": "What floats?", "sender": "human", "created_at": "2026-01-02T03:04:05Z",
            "content": [{"type": "text", "text": "What floats?"}],
            "attachments": [{"file_name": "boat.txt", "extracted_content": "zebra"}], "files": [],
        },
        {
            "uuid": "m2", "sender": "assistant", "text": "",
            "content": [{"type": "thinking", "thinking": "Wood is dry."}, {"type": "text", "text": "Wood does."}],
        },
        {"uuid": "m3", "text": "And two and two?", "sender": "human"},
        {
            "uuid": "m4", "text": "", "sender": "assistant",
            "content": [
                {"type": "tool_use", "name": "web_search", "input": {"query": "zebra"}},
                {"type": "tool_result", "name": "web_search", "content": [{"type": "text", "text": "zebra"}]},
                {"type": "tool_use", "name": "repl", "input": {"code": "2 + 2"}},
                {"type": "tool_result", "name": "repl", "content": [{"type": "text", "text": "4"}]},
                {"type": "voice_note", "data": "zebra"}, {"type": "text", "text": "Four."},
            ],
        },
    ],
}  # fmt: skip
DEEPSEEK: Any = {
    "id": "d-1", "title": "Salt", "inserted_at": "2025-02-03T04:05:06.7+08:00",
     "updated_at": "2025-02-03T04:05:06+08:00",
    "mapping": {
        "root": {"id": "root", "parent": None, "children": ["1"], "message": None},
        "1": {
            "id": "1", "parent": "root", "children": ["2", "3"],
            "message": {"model": "ds", "files": [], "fragments": [{"type": "REQUEST",
             "content": "Is salt sweet?"}]},
        },
        "2": {
            "id": "2", "parent": "1", "children": [],
            "message": {"model": "ds", "fragments": [{"type": "RESPONSE", "content": "Perhaps."}]},
        },
        "3": {
            "id": "3", "parent": "1", "children": [],
            "message": {
                "model": "ds",
                "fragments": [
                    {"type": "THINK", "content": "It tastes of sea."}, {"type": "RESPONSE",
                     "content": "No, it is salty."},
                ],
            },
        },
    },
}  # fmt: skip
OPEN_WEBUI: Any = {
    "id": "w-1", "user_id": "zebra", "title": "Clocks",
    "chat": {
        "title": "Clocks", "models": ["one", "two"],
        "history": {
            "currentId": "4",
            "messages": {
                "1": {"id": "1", "parentId": None, "childrenIds": ["2", "3"], "role": "user",
                 "content": "What time is it?"},
                "2": {"id": "2", "parentId": "1", "childrenIds": [], "role": "assistant", "content": "Late.",
                 "model": "one"},
                "3": {
                    "id": "3", "parentId": "1", "childrenIds": ["5"], "role": "assistant", "model": "two",
                    "content": '<details type="reasoning" done="true"><summary>Thought</summary>\n&gt; I own no '
                    "clock.\n</details>\nI cannot know.",
                    "annotation": {"rating": 1}, "originalContent": "I know not.",
                },
                "5": {"id": "5", "parentId": "3", "childrenIds": ["4"], "role": "user", "content": "Then look."},
                "4": {
                    "id": "4", "parentId": "5", "childrenIds": [], "role": "assistant", "model": "two",
                     "content": "again",
                    "output": [
                        {"type": "reasoning", "content": [{"type": "output_text", "text": "Look it up."}]},
                        {"type": "function_call", "name": "clock", "call_id": "z", "arguments": "{}"},
                        {"type": "function_call_output", "call_id": "z", "output": [{"type": "input_text",
                         "text": "noon"}]},
                        {"type": "message", "content": [{"type": "output_text", "text": "Noon."}]},
                    ],
                },
            },
        },
    },
    "created_at": 1700000000, "updated_at": 1700000001,
}  # fmt: skip
LIBRECHAT: Any = {
    "conversationId": "l-1", "endpoint": "openAI", "title": "Tea", "recursive": True, "options": {"model": "m"},
    "messagesTree": [
        {
            "messageId": "1", "parentMessageId": "00000000-0000-0000-0000-000000000000", "sender": "User",
            "isCreatedByUser": True, "text": "How long for tea?", "createdAt": "2025-05-06T07:08:09Z",
            "children": [
                {"messageId": "2", "parentMessageId": "1", "sender": "M", "isCreatedByUser": False,
                 "text": "An hour.", "model": "m"},
                {
                    "messageId": "3", "parentMessageId": "1", "sender": "M", "isCreatedByUser": False,
                     "text": "",
                    "model": "m", "feedback": {"rating": "thumbsUp"},
                    "content": [{"type": "think", "think": "Leaves are thin."}, {"type": "text",
                     "text": "Three minutes."}],
                },
            ],
        }
    ],
}  # fmt: skip
LM_STUDIO: Any = {
    "name": "Moss", "createdAt": 1700000000000, "systemPrompt": "Be brief.",
    "messages": [
        {
            "versions": [{"type": "singleStep", "role": "user", "content": [{"type": "text",
             "text": "Where is moss?"}]}],
            "currentlySelected": 0,
        },
        {
            "versions": [
                {"type": "singleStep", "role": "assistant", "content": [{"type": "text", "text": "Nowhere."}]},
                {
                    "type": "multiStep", "role": "assistant",
                    "steps": [
                        {
                            "type": "contentBlock", "style": {"type": "thinking"},
                            "content": [{"type": "text", "text": "It likes shade."}],
                        },
                        {"type": "contentBlock", "content": [{"type": "text", "text": "On the north side."}]},
                    ],
                },
            ],
            "currentlySelected": 1,
        },
    ],
}  # fmt: skip
GROK: Any = {
    "conversations": [
        {
            "conversation": {"id": "g-1", "title": "Wind", "create_time": "2025-06-07T08:09:10Z"},
            "responses": [
                {
                    "response": {
                        "sender": "human", "message": "What is wind?",
                        "create_time": {"$date": {"$numberLong": "1749283750000"}},
                    }
                },
                {"response": {"sender": "ASSISTANT", "message": "Moving air.", "model": "g"}},
            ],
        },
        {"title": "Tree", "responses": [
            {"_id": "1", "sender": "human", "message": "Why?"},
            {"_id": "2", "parent_response_id": "1", "sender": "assistant", "message": "No."},
            {"_id": "3", "parent_response_id": "1", "sender": "grok", "message": "So.", "thinking_trace": "Hm."},
        ]},
        {"title": "Flat", "responses": [{"sender": "human", "message": "Hm?"}, {"sender": "assistant",
         "message": "Hm."}]},
    ]
}  # fmt: skip
PERPLEXITY: Any = {
    "metadata": {"version": 1},
    "conversations": [
        {"uuid": "p-1", "query": "How far is the lake?", "answer": "Near.", "model": "p",
         "timestamp": "2025-07-08T09:10:11Z"}
    ],
}  # fmt: skip
GEMINI: Any = {
    "header": "Gemini Apps", "title": "Prompted How do bees sleep?", "time": "2025-08-09T10:11:12.345Z",
    "safeHtmlItem": [
        {"html": "<p>In <b>shifts</b> &amp; short:</p><ul><li>day</li><li>night</li></ul><script>zebra()</script>"}
    ],
    "products": ["Gemini Apps"],
}  # fmt: skip
GEMINI_PAGE = (
    '<html><body><div><div class="outer-cell mdl-cell"><div class="mdl-grid"><div class="header-cell">'
    '<p class="mdl-typography--title">Gemini Apps<br></p></div><div class="content-cell mdl-typography--body-1">'
    "Prompted&nbsp;How do bees sleep?<br>Nov 3, 2025, 5:12:09\u202fPM CET<br><p>In <b>shifts</b>.</p></div>"
    '<div class="content-cell mdl-typography--caption"><b>Products:</b> zebra</div></div></body></html>'
)
AI_STUDIO: Any = {
    "runSettings": {"model": "models/g"}, "systemInstruction": {"parts": [{"text": "Be kind."}]},
    "chunkedPrompt": {
        "chunks": [
            {"role": "user", "text": "Is glass wet?"},
            {"role": "model", "text": "Glass is solid.", "isThought": True},
            {"role": "model", "text": "No."},
        ]
    },
}  # fmt: skip


def le_chat(id: str, role: str, content: str, second: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "version": 0, "chatId": "f-1", "role": role, "content": content,
        "contentChunks": [{"type": "text", "text": content}], "createdAt": f"2025-09-10T11:12:{second:02}.000Z",
        "reaction": "neutral", "preference": None, "preferenceOver": None, "files": [],
    } | more  # fmt: skip


LE_CHAT: list[Any] = [
    le_chat("3", "assistant", "It is blue.", 3, preferenceOver="2", reaction="like"),
    le_chat("1", "user", "Which colour has ice?", 1),
    le_chat("2", "assistant", "It is green.", 2),
]
JAN: list[Any] = [
    {
        "id": f"j-{at}", "object": "thread.message", "thread_id": "t-1", "role": role,
         "created_at": 1700000000000 + at,
        "content": [{"type": "text", "text": {"value": text, "annotations": []}}], "status": "ready",
    }
    for at, (role, text) in enumerate([("user", "Do stones grow?"), ("assistant", "Some do.")])
]  # fmt: skip
SILLYTAVERN: list[Any] = [
    {"user_name": "zebra", "character_name": "Fern", "create_date": "2024-11-3@17h12m05s", "chat_metadata": {}},
    {"name": "zebra", "is_user": True, "is_system": False, "send_date": "November 3, 2024 5:12pm",
     "mes": "Who are you?"},
    {
        "name": "Fern", "is_user": False, "is_system": False, "mes": "A fern.", "swipes": ["A tree.", "A fern."],
        "swipe_id": 1, "extra": {"reasoning": "I have fronds."},
    },
]  # fmt: skip
COPILOT = (
    "Conversation,Time,Author,Message\r\n"
    'Snow,2025-10-11T12:13:14,AI,"It is ""white"",\nand cold."\r\n'
    "Snow,2025-10-11T12:13:14,Human,What is snow?\r\n"
)
OASST: Any = {
    "message_tree_id": "o-1", "tree_state": "ready_for_export",
    "prompt": {
        "message_id": "o-1", "text": "What is moss?", "role": "prompter", "lang": "en", "user_id": "zebra",
        "replies": [
            {"message_id": "2", "text": "A stone.", "role": "assistant", "rank": 1, "replies": []},
            {"message_id": "3", "text": "A plant.", "role": "assistant", "rank": 0, "replies": []},
        ],
    },
}  # fmt: skip
RECORD: Any = {
    "id": "zebra", "kind": "chat", "license": "CC-BY-SA-4.0", "ai_pref": "", "vocabulary": "v",
     "month": "2026-11",
    "purposes": ["display"], "attribution": "Fern", "language": "en", "source": {"door": "import"},
    "messages": [{"role": "user", "content": "Is it far?"}, {"role": "assistant", "content": "No."}],
}  # fmt: skip
SIDE = [{"role": "assistant", "content": "Yes."}]
FAILURE: Any = {
    "id": "zebra", "kind": "correction", "license": "CC0-1.0", "ai_pref": "", "attribution": None,
     "language": "en",
    "month": "2026-11", "place": 0, "release": 1, "prompt": [{"role": "user", "content": "Is ice hot?"}],
    "failed": "Yes.", "better": "No.", "note": "wrong", "model": "m",
}  # fmt: skip
SOLVED: Any = {
    "question": "Two and two?", "ground_truth": "2+2=4\nA: 4", "m": {"is_correct": False, "solution": "many"},
}  # fmt: skip


def listed(*values: Any) -> bytes:
    return json.dumps(list(values), indent=1).encode()


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def parquet(*records: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["x"] * len(records), "record": [json.dumps(one) for one in records]}), out)
    return out.getvalue()


SAMPLES: dict[str, bytes] = {
    "commonwheel-records": lines(RECORD),
    "fail-suite": lines(FAILURE),
    "contribution-jsonl": lines({"kind": "example", "prompt": "Is it?", "ideal": "It is."}),
    "gsm8k-solutions": lines(SOLVED),
    "deepseek": listed(DEEPSEEK),
    "chatgpt": listed(CHATGPT),
    "claude": listed(CLAUDE),
    "open-webui": listed(OPEN_WEBUI),
    "librechat": json.dumps(LIBRECHAT, indent=2).encode(),
    "lm-studio": json.dumps(LM_STUDIO, indent=2).encode(),
    "grok": json.dumps(GROK).encode(),
    "perplexity": json.dumps(PERPLEXITY).encode(),
    "gemini": listed(GEMINI),
    "gemini-page": GEMINI_PAGE.encode(),
    "ai-studio": json.dumps(AI_STUDIO, indent=2).encode(),
    "le-chat": listed(*LE_CHAT),
    "jan": lines(*JAN),
    "sillytavern": lines(*SILLYTAVERN),
    "copilot": COPILOT.encode(),
    "openai-chat": lines(
        {"messages": [{"role": "user", "content": "Hm?"}, {"role": "assistant", "content": "Hm."}]}
    ),
    "sharegpt": listed(
        {"id": "s", "conversations": [{"from": "human", "value": "Hm?"}, {"from": "gpt", "value": "Hm."}]}
    ),
    "oasst": lines(OASST),
    "hh-rlhf": lines(
        {"chosen": "\n\nHuman: Hm?\n\nAssistant: Yes.", "rejected": "\n\nHuman: Hm?\n\nAssistant: No."}
    ),
    "trl-preference": lines(
        {"prompt": [{"role": "user", "content": "Hm?"}], "chosen": SIDE, "rejected": SIDE[:0]}
    ),
    "trl-prompt-completion": lines({"prompt": "Hm?", "completion": "Hm."}),
    "alpaca": listed({"instruction": "Add.", "input": "1 and 1", "output": "2"}),
    "markdown": b'+++\nlicense = "CC0-1.0"\nconsent = "2026-11"\ntags = ["bread"]\n+++\nNot read: zebra.\n\n'
    b"## User\nBake?\n## Assistant\nYes.\n",
    "dolly": lines({"instruction": "Say it.", "context": "", "response": "It.", "category": "open_qa"}),
}
"""By the name of the reader."""
