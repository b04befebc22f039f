# The first document (create chat completion): its Python example.
from dedalus_labs import Dedalus

client = Dedalus(api_key="your-api-key")

completion = client.chat.completions.create(
    model="openai/gpt-5-nano",
    messages=[{"role": "user", "content": "Hello, how are you?"}],
)

print(completion.choices[0].message.content)
