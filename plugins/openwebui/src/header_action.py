"""
title: Share with Commonwheel
author: Commonwheel
version: 0.1.0
description: Give a chat, a corrected or a better answer to a public commons, after you saw what would be public.
required_open_webui_version: 0.9.0
"""
