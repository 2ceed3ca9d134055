"""
title: Pass on to Commonwheel
author: Commonwheel
version: 0.1.0
description: Under a standing consent gives what people rate, and passes on what they deleted.
required_open_webui_version: 0.10.0
"""
