"""A conversation as ChatGPT exports it, with all that a branch can hold, and what stands beside it."""

from typing import Any

TREE: Any = {
    "root": {"id": "root", "message": None, "parent": None, "children": ["s"]},
    "s": {
        "id": "s", "parent": "root", "children": ["q"],
        "message": {
            "id": "s", "author": {"role": "system"}, "metadata": {"is_visually_hidden_from_conversation": True},
            "content": {"content_type": "text", "parts": ["hidden zebra"]},
        },
    },
    "q": {
        "id": "q", "parent": "s", "children": ["a0", "t"],
        "message": {
            "id": "q", "author": {"role": "user"}, "create_time": 1700000001.0, "recipient": "all",
            "content": {"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer"},
             "Why?"]},
        },
    },
    "a0": {
        "id": "a0", "parent": "q", "children": [],
        "message": {
            "id": "a0", "author": {"role": "assistant"}, "recipient": "all", "metadata": {"model_slug": "m-old"},
            "content": {"content_type": "text", "parts": ["Nobody knows."]},
        },
    },
    "t": {
        "id": "t", "parent": "q", "children": ["r"],
        "message": {
            "id": "t", "author": {"role": "assistant"}, "recipient": "all",
            "content": {
                "content_type": "thoughts", "source_analysis_msg_id": "x",
                "thoughts": [{"summary": "", "content": "Rain falls."}, {"summary": "It is wet.", "content": ""}],
            },
        },
    },
    "r": {
        "id": "r", "parent": "t", "children": ["a1"],
        "message": {
            "id": "r", "author": {"role": "assistant"}, "recipient": "all",
            "content": {"content_type": "reasoning_recap", "content": "Thought for 3s"},
        },
    },
    "a1": {
        "id": "a1", "parent": "r", "children": ["q2", "q3"],
        "message": {
            "id": "a1", "author": {"role": "assistant"}, "recipient": "all", "metadata": {"model_slug": "m-new"},
            "content": {"content_type": "text", "parts": ["Because it rains."]},
        },
    },
    "q2": {
        "id": "q2", "parent": "a1", "children": [],
        "message": {
            "id": "q2", "author": {"role": "user"}, "recipient": "all",
            "content": {"content_type": "text", "parts": ["a question that was put differently"]},
        },
    },
    "q3": {
        "id": "q3", "parent": "a1", "children": ["c"],
        "message": {
            "id": "q3", "author": {"role": "user"}, "recipient": "all",
            "content": {"content_type": "text", "parts": ["Count to two."]},
        },
    },
    "c": {
        "id": "c", "parent": "q3", "children": ["x"],
        "message": {
            "id": "c", "author": {"role": "assistant"}, "recipient": "python",
            "content": {"content_type": "code", "language": "python", "text": "print(1, 2)"},
        },
    },
    "x": {
        "id": "x", "parent": "c", "children": ["y"],
        "message": {
            "id": "x", "author": {"role": "tool", "name": "python"}, "recipient": "all",
            "content": {"content_type": "execution_output", "text": "1 2"},
        },
    },
    "y": {
        "id": "y", "parent": "x", "children": [],
        "message": {
            "id": "y", "author": {"role": "assistant"}, "recipient": "all",
            "content": {"content_type": "text", "parts": ["One, two."]},
        },
    },
}  # fmt: skip
CHATGPT: Any = {
    "title": "About stones", "create_time": 1700000000.0, "update_time": 1700000009.0, "current_node": "y",
    "conversation_id": "c-1", "id": "c-1", "mapping": TREE, "moderation_results": [],
}  # fmt: skip
FEEDBACK = [{"id": "a1", "conversation_id": "c-1", "user_id": "zebra", "rating": "thumbsUp", "content": "{}"}]
COMPARISON: Any = {
    "id": "k", "user_id": "zebra", "input": {"conversation_id": "c-1"},
    "output": {
        "feedback_step_1": {
            "completion_comparison_rating": "new",
            "original_turn": [TREE["a0"]["message"]],
            "new_turn": [TREE["a1"]["message"]],
        }
    },
}  # fmt: skip
