"""What accepting is measured against: the same framework, one endpoint, one durable insert of the body."""

import sqlite3
import sys

import uvicorn
from fastapi import FastAPI, Request

_INSERT = "INSERT INTO body (body) VALUES (?)"


def bare(path: str) -> FastAPI:
    """FastAPI with SQLite in WAL mode; each request is on the disk before it is answered."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE body (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    web = FastAPI()

    @web.post("/", status_code=201)
    async def insert(request: Request) -> dict[str, int]:
        cursor = connection.execute(_INSERT, (await request.body(),))
        return {"id": cursor.lastrowid or 0}

    return web


if __name__ == "__main__":
    uvicorn.run(bare(sys.argv[1]), port=int(sys.argv[2]), log_level="error", access_log=False)
