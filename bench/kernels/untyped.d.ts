declare module '@kitware/vtk.js/Filters/General/ImageMarchingCubes.js' {
  /** The part of vtk.js' marching cubes that is timed. */
  interface MarchingCubes {
    setInputData(image: object): void;
    update(): void;
  }
  const vtkImageMarchingCubes: {
    newInstance(options: { contourValue: number; computeNormals: boolean; mergePoints: boolean }): MarchingCubes;
  };
  export default vtkImageMarchingCubes;
}
