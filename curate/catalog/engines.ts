import type { Engine } from '../../contracts/index.ts'

const HOME = 'Home page of the project.'
const engine = (id: string, name: string, url: string, aliases: string[] = [], note?: string): Engine => ({
  id,
  name,
  url,
  aliases,
  source: HOME,
  ...(note === undefined ? {} : { note }),
})

/** The known inference engines, written by hand: ids as in samples, other spellings as aliases. */
export const ENGINES: readonly Engine[] = [
  engine('autoawq', 'AutoAWQ', 'https://github.com/casper-hansen/AutoAWQ'),
  engine('ctransformers', 'CTransformers', 'https://github.com/marella/ctransformers'),
  engine('ctranslate2', 'CTranslate2', 'https://github.com/OpenNMT/CTranslate2', ['ctranslate']),
  engine('deepspeed', 'DeepSpeed Inference', 'https://www.deepspeed.ai/inference/', ['deepspeed-inference']),
  engine('deepspeed-mii', 'DeepSpeed-MII', 'https://github.com/deepspeedai/DeepSpeed-MII', ['mii']),
  engine('exllamav2', 'ExLlamaV2', 'https://github.com/turboderp-org/exllamav2', ['exllama-v2']),
  engine('exllamav3', 'ExLlamaV3', 'https://github.com/turboderp-org/exllamav3', ['exllama-v3']),
  engine(
    'ik_llama.cpp',
    'ik_llama.cpp',
    'https://github.com/ikawrakow/ik_llama.cpp',
    ['ik_llama', 'ik-llama.cpp', 'ik-llama'],
    'A fork of llama.cpp; own kernels and build numbers.',
  ),
  engine('koboldcpp', 'KoboldCpp', 'https://github.com/LostRuins/koboldcpp'),
  engine('litgpt', 'LitGPT (PyTorch Lightning)', 'https://github.com/Lightning-AI/litgpt', ['pytorch-lightning']),
  engine('llama.cpp', 'llama.cpp', 'https://github.com/ggml-org/llama.cpp', [
    'llamacpp',
    'llama-cpp',
    'llama_cpp',
    'llama-server',
    'llama-bench',
  ]),
  engine('llamafile', 'llamafile', 'https://github.com/mozilla-ai/llamafile', [], 'Bundles llama.cpp; own versions.'),
  engine('lm-studio', 'LM Studio', 'https://lmstudio.ai/', ['lmstudio', 'lm_studio'], 'Runs llama.cpp or MLX inside.'),
  engine('lmdeploy', 'LMDeploy', 'https://github.com/InternLM/lmdeploy', ['turbomind']),
  engine('mlc-llm', 'MLC LLM', 'https://llm.mlc.ai/', ['mlc', 'mlc_llm']),
  engine('mlx', 'MLX LM', 'https://github.com/ml-explore/mlx-lm', ['mlx-lm', 'mlx_lm']),
  engine('nim', 'NVIDIA NIM', 'https://developer.nvidia.com/nim', ['nvidia-nim']),
  engine('ollama', 'Ollama', 'https://ollama.com/', [], 'Runs llama.cpp or its own runner inside; own versions.'),
  engine('onnxruntime', 'ONNX Runtime', 'https://onnxruntime.ai/', ['onnx', 'onnx-runtime']),
  engine('optimum-nvidia', 'Optimum-NVIDIA', 'https://github.com/huggingface/optimum-nvidia'),
  engine(
    'rapid-mlx',
    'Rapid-MLX',
    'https://github.com/raullenchai/Rapid-MLX',
    ['rapid_mlx'],
    'A server on MLX of its own, not mlx-lm.',
  ),
  engine('sambaflow', 'SambaFlow', 'https://docs.sambanova.ai/', ['sambanova']),
  engine('sglang', 'SGLang', 'https://github.com/sgl-project/sglang', ['sgl']),
  engine('tensorrt-llm', 'TensorRT-LLM', 'https://github.com/NVIDIA/TensorRT-LLM', [
    'tensorrtllm',
    'tensorrt_llm',
    'trt-llm',
    'trtllm',
  ]),
  engine('tgi', 'Text Generation Inference', 'https://github.com/huggingface/text-generation-inference', [
    'text-generation-inference',
    'huggingface-tgi',
  ]),
  engine('transformers', 'Transformers', 'https://github.com/huggingface/transformers', ['hf-transformers']),
  engine('triton', 'Triton Inference Server', 'https://github.com/triton-inference-server/server', [
    'triton-inference-server',
  ]),
  engine('vllm', 'vLLM', 'https://github.com/vllm-project/vllm', ['vllm-openai']),
]
