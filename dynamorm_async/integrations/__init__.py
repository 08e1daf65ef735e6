"""What ties this library to others; each module loads only the one it is named after.

`fastapi` and `starlette`: lifespan, paging, problems, ETags, models as bodies.
"""
