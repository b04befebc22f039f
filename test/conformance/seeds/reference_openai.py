# The first document's Python example with OpenAI's own library, plain and streamed.
from openai import OpenAI

client = OpenAI(api_key="your-api-key")

completion = client.chat.completions.create(
    model="openai/gpt-5-nano",
    messages=[{"role": "user", "content": "Hello, how are you?"}],
)

print(completion.choices[0].message.content)

stream = client.chat.completions.create(
    model="openai/gpt-5-nano",
    messages=[{"role": "user", "content": "Hello, how are you?"}],
    stream=True,
    stream_options={"include_usage": True},
)
chunks = list(stream)
print("".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices))
print(chunks[-1].usage.total_tokens > 0)
