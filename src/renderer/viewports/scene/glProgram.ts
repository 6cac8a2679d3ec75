import { IsocenterError } from '#shared/contract/errors.ts';

export interface Program {
  readonly program: WebGLProgram;
  uniform(name: string): WebGLUniformLocation | null;
}

/** Compiles and links a vertex and a fragment shader. @throws IsocenterError INTERNAL with the driver's words. */
export function makeProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new IsocenterError('INTERNAL', 'the GPU context of the 3-D view is lost');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    // Freed with the program.
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true)
    throw new IsocenterError('INTERNAL', `the 3-D view's shaders failed: ${gl.getProgramInfoLog(program) ?? ''}`);
  const known = new Map<string, WebGLUniformLocation | null>();
  return {
    program,
    uniform(name) {
      if (!known.has(name)) known.set(name, gl.getUniformLocation(program, name));
      return known.get(name) ?? null;
    },
  };
}
