"""The outside world becomes articles: feeds, pages, robots.txt, schedules."""
